import asyncio

import _compat


@asyncio.coroutine
def fetch(n):
    yield from asyncio.sleep(0)
    return n * 2
