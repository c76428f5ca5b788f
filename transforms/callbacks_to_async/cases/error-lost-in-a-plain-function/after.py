import asyncio


async def load(key):
    if key == "bad":
        raise KeyError(key)
    return key.upper()


async def size(key):
    try:
        value = await load(key)
    except KeyError:
        return -1
    return len(value)


print(asyncio.run(size("bad")))
print(asyncio.run(size("good")))
