import asyncio

import _compat


class Connection:
    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, *exc):
        print("exit")


async def connect():
    return Connection()


@asyncio.coroutine
def query():
    with (yield from connect()) as c:
        return type(c).__name__


print(_compat.run(query()))
