import asyncio

import _compat


@asyncio.coroutine
def pause(n):
    yield from asyncio.sleep(0, n)


def count():
    steps = pause(1)
    return len([step for step in steps])


print(count())
