import asyncio


async def load(name):
    await asyncio.sleep(0)
    return name * 2


async def size(names):
    bodies = [await load(name) for name in names]
    sizes = [len(body) for body in bodies]
    return sum(sizes)


print(asyncio.run(size(["a", "bc"])))
