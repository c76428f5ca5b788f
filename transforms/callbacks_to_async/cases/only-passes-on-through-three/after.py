import asyncio


async def a(n):
    if n < 0:
        raise ValueError(n)
    else:
        return n


async def b(n):
    v = await a(n - 1)
    return v + 10


async def c(n):
    v = await b(n)
    return v


async def d(n):
    return await c(n)


def show(err, v):
    print(repr(err), v)


try:
    v = asyncio.run(d(0))
except ValueError as err:
    show(err, None)
else:
    show(None, v)
try:
    v = asyncio.run(d(1))
except ValueError as err:
    show(err, None)
else:
    show(None, v)
