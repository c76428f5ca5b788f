import asyncio


async def load(key):
    if key == "bad":
        raise KeyError(key)
    return key.upper()


async def main():
    def show(err, value):
        print(type(err).__name__, value)
    try:
        value = await load("good")
    except KeyError as err:
        show(err, None)
    else:
        show(None, value)
    try:
        value = await load("bad")
    except KeyError as err:
        show(err, None)
    else:
        show(None, value)
    await asyncio.sleep(0)


asyncio.run(main())
