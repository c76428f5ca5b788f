import asyncio

import _compat


async def handler():
    return len


@asyncio.coroutine
def size(text):
    return (yield from handler())(text)


print(_compat.run(size("abc")))
