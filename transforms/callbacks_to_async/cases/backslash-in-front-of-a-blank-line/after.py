import asyncio


async def load(key):
    if key == "bad":
        raise KeyError(key)
    size = len(key)
    return size

async def plain(key):
    return await load(key)


def show(err, value):
    print(type(err).__name__, value)


try:
    value = asyncio.run(plain("bad"))
except KeyError as err:
    show(err, None)
else:
    show(None, value)
try:
    value = asyncio.run(plain("good"))
except KeyError as err:
    show(err, None)
else:
    show(None, value)
