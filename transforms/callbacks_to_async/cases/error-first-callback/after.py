import asyncio


async def load(key):
    if key == "bad":
        raise KeyError(key)
    return key.upper()


def show(err, value):
    print("error" if err else value)


try:
    value = asyncio.run(load("bad"))
except KeyError as err:
    show(err, None)
else:
    show(None, value)
try:
    value = asyncio.run(load("good"))
except KeyError as err:
    show(err, None)
else:
    show(None, value)
