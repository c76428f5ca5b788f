import asyncio


async def pair(n):
    await asyncio.sleep(0)
    return n, n + 1


async def one(n):
    await asyncio.sleep(0)
    return n


async def main():
    (low, high), total = await asyncio.gather(pair(1), one(5))
    return low, high, total


print(asyncio.run(main()))
