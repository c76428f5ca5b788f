import asyncio


async def size(name):
    await asyncio.sleep(0)
    return len(name)


async def sizes(names):
    found = dict(zip(names, await asyncio.gather(*[size(name) for name in names])))
    return found


print(asyncio.run(sizes(["a", "bb"])))
