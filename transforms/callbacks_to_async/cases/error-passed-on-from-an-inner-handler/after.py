import asyncio


async def load(n):
    v = 10 // n
    return v


async def outer(n):
    try:
        v = await load(n)
    except ZeroDivisionError as err:
        try:
            fallback = int("x")
        except ValueError as err2:
            raise err
        return fallback
    return v


def show(err, v):
    print(repr(err), v)


try:
    v = asyncio.run(outer(0))
except ZeroDivisionError as err:
    show(err, None)
else:
    show(None, v)
try:
    v = asyncio.run(outer(2))
except ZeroDivisionError as err:
    show(err, None)
else:
    show(None, v)
