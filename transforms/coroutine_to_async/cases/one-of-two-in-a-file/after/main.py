import asyncio

import _compat


@asyncio.coroutine
def pause():
    yield


async def work():
    await pause()
    return "worked"


print(_compat.run(work()))
