import _compat
from asyncio import coroutine, sleep


@coroutine
def work(n):
    yield from sleep(0)
    return n
