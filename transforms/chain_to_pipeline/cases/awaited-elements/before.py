import asyncio


async def double(x):
    return x * 2


async def total(xs):
    doubled = [await double(x) for x in xs]
    return sum(doubled)


print(asyncio.run(total([1, 2])))
