import asyncio


def load(key, callback):
    if key == "bad":
        callback(KeyError(key), None)
        return
    callback(None, key.upper())


async def main():
    def show(err, value):
        print(type(err).__name__, value)
    load("good", show)
    load("bad", show)
    await asyncio.sleep(0)


asyncio.run(main())
