import _compat
import asyncio


@asyncio.coroutine
def load(n):
    yield from asyncio.sleep(0)
    print(n)
