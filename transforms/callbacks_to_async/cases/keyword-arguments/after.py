import asyncio


async def load(key, default):
    return {"a": 1}.get(key, default)


async def show(key):
    v = await load(key, default=0)
    return [key, v]


print(asyncio.run(show("a")))
print(asyncio.run(show("b")))
