import asyncio


async def load(n):
    # the value
    return n  # as it is


async def sum_up(a, b):
    """Adds two."""
    # first a
    x = await load(a)
    # then b
    y = await load(b)
    total = x + y  # both
    # done
    return total


print(asyncio.run(sum_up(1, 2)))
