import asyncio


async def fetch(n):
    await asyncio.sleep(0)
    return n * 2


async def main():
    one, two = await asyncio.gather(fetch(1), fetch(2))
    three, four = await asyncio.gather(fetch(3), fetch(4))
    return one + two + three + four


print(asyncio.run(main()))
