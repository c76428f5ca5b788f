import asyncio


async def add(a, b):
    return a + b


async def square(n):
    return n * n


async def compute(a, b):
    total = await add(a, b)
    sq = await square(total)
    result = await add(sq, 1)
    return result


print(asyncio.run(compute(1, 2)))
