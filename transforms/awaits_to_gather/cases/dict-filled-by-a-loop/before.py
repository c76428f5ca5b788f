import asyncio


async def size(name):
    await asyncio.sleep(0)
    return len(name)


async def sizes(names):
    found = {}
    for name in names:
        found[name] = await size(name)
    return found


print(asyncio.run(sizes(["a", "bb"])))
