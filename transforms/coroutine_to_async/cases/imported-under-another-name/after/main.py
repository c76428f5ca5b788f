import _compat
from asyncio import sleep


async def work(n):
    await sleep(0)
    print(n)


_compat.run(work(2))
