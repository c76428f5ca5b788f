import _compat
import asyncio


@asyncio.coroutine
def work(n):
    yield from sleeping(0)
    return n


async def sleeping(n):
    return n
