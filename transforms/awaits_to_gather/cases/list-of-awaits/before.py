import asyncio


async def size(name):
    await asyncio.sleep(0)
    return len(name)


async def sizes(a, b):
    found = [await size(a), await size(b)]
    found.append([0, await size(a), await size(b)])
    return found, [await size(a), await size(b)][0]


print(asyncio.run(sizes("x", "yy")))
