import asyncio


def wanted(name):
    print("asked for", name)
    return True


async def size(name):
    print("size of", name)
    await asyncio.sleep(0)
    return len(name)


async def sizes(names):
    return [await size(name) for name in names if wanted(name)]


print(asyncio.run(sizes(["a", "bb"])))
