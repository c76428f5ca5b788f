import asyncio


async def fetch(n):
    return n


async def total():
    count = 0

    v = await fetch(10)
    count += v

    w = await fetch(20)
    count += w
    return count


print(asyncio.run(total()))
