import asyncio


async def load(n):
    return n + 1


async def twice(n):
    value = await load(n)
    return value * 2


print(asyncio.run(twice(1)))
