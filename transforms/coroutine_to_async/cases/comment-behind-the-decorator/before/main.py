import asyncio

import _compat


@asyncio.coroutine  # called by the scheduler
def tick(n):
    yield from asyncio.sleep(0)
    return n + 1


print(_compat.run(tick(1)))
