import asyncio


async def load(n):
    if n > 10:
        return "big"
    elif n > 5:
        # in between
        return "middle"
    else:
        return "small"


async def describe(n):
    size = await load(n)
    if size == "big":
        other = await load(1)
        return size + " and " + other
    else:
        return size


for n in (20, 7, 1):
    print(asyncio.run(describe(n)))
