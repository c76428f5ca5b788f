import asyncio


async def load(n):
    if n < 0:
        raise ValueError(n)
    return n


async def both(n):
    try:
        v = await load(n)
    except ValueError as e:
        print("failed", e)
        raise
    if v > 5:
        raise KeyError(v)
    return v


for n in (-1, 1, 9):
    try:
        result = asyncio.run(both(n))
    except (KeyError, ValueError) as e:
        print(type(e))
    else:
        print(result)
