import asyncio

import _compat


GATE = asyncio.Semaphore(1)
asyncio.Semaphore.__iter__ = asyncio.Lock.__iter__


@asyncio.coroutine
def enter(n):
    with (yield from GATE):
        yield from asyncio.sleep(0)
        return n, GATE.locked()


print(_compat.run(enter(1)))
