import asyncio


async def load(key):
    try:
        value = {"a": 1}[key]
    except KeyError:
        return "missing"
    return value


async def show(key):
    v = await load(key)
    return [v]


print(asyncio.run(show("a")))
print(asyncio.run(show("b")))
