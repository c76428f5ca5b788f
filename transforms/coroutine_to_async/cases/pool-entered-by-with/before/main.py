import asyncio

import _compat


class Pool:
    free = ["c1", "c2"]

    def __iter__(self):
        yield from asyncio.sleep(0).__await__()
        return self

    def __enter__(self):
        return self.free.pop()

    def __exit__(self, *exc):
        self.free.append("back")


pool = Pool()


@asyncio.coroutine
def query():
    with (yield from pool) as connection:
        return connection


print(_compat.run(query()), pool.free)
