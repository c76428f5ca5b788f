import asyncio


async def load(n):
    if n < 0:
        raise ValueError(n)
    return n


async def two(n):
    a = await load(n)

    try:
        b = await load(a - 5)
    except ValueError:
        print("second failed after", a)
        return a
    return a + b


def show(err, v):
    print(repr(err), v)


for n in (-1, 1, 9):
    try:
        v = asyncio.run(two(n))
    except ValueError as err:
        show(err, None)
    else:
        show(None, v)
