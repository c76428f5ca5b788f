import asyncio

from running import run


async def double(n):
    await asyncio.sleep(0)
    return 2 * n


async def soon(n):
    return asyncio.ensure_future(double(n))


print(run(double(2)))
print(run(asyncio.ensure_future(double(3))))
