import asyncio

import _compat


@asyncio.coroutine
def pause():
    yield


@asyncio.coroutine
def work():
    yield from pause()
    return "worked"


print(_compat.run(work()))
