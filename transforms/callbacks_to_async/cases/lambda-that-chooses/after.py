import asyncio


async def load(n):
    return n - 1


async def positive(n):
    v = await load(n)
    if v > 0:
        return v
    else:
        return await load(-v)


print(asyncio.run(positive(3)))
print(asyncio.run(positive(-3)))
