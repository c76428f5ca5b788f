import asyncio


async def even(n):
    if n == 0:
        return True
    return await odd(n - 1)


async def odd(n):
    if n == 0:
        raise ValueError("odd")
    r = await even(n - 1)
    return r


def show(err, r):
    print(repr(err), r)


try:
    r = asyncio.run(even(4))
except ValueError as err:
    show(err, None)
else:
    show(None, r)
try:
    r = asyncio.run(even(3))
except ValueError as err:
    show(err, None)
else:
    show(None, r)
