import asyncio


async def pair(n):
    await asyncio.sleep(0)
    return n, n + 1


async def one(n):
    await asyncio.sleep(0)
    return n


async def main():
    low, high = await pair(1)
    total = await one(5)
    return low, high, total


print(asyncio.run(main()))
