import _compat
from asyncio import sleep


async def work(n):
    await sleep(0)
    return n
