import asyncio


async def load(key):
    if key == "bad":
        raise KeyError(key)
    else:
        return key.upper()


async def load_or_default(key, default):
    try:
        value = await load(key)
    except KeyError as err:
        # not there
        print("missing", err.args)
        return default
    return value


def show(err, value):
    print(err, value)


show(None, asyncio.run(load_or_default("good", "d")))
show(None, asyncio.run(load_or_default("bad", "d")))
