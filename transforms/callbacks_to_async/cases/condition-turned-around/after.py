import asyncio


async def load(key):
    if key == "bad":
        raise KeyError(key)
    return key.upper()


async def tell(key):
    try:
        value = await load(key)
    except KeyError:
        print("not fine")
        raise
    print("fine")
    return value


async def again(key):
    try:
        value = await tell(key)
    except KeyError:
        print("once more")
        return await load("good")
    return [value]


def show(err, value):
    print(type(err).__name__, value)


try:
    value = asyncio.run(again("bad"))
except KeyError as err:
    show(err, None)
else:
    show(None, value)
try:
    value = asyncio.run(again("good"))
except KeyError as err:
    show(err, None)
else:
    show(None, value)
