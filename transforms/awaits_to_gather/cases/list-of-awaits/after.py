import asyncio


async def size(name):
    await asyncio.sleep(0)
    return len(name)


async def sizes(a, b):
    found = await asyncio.gather(size(a), size(b))
    found.append([0, *await asyncio.gather(size(a), size(b))])
    return found, (await asyncio.gather(size(a), size(b)))[0]


print(asyncio.run(sizes("x", "yy")))
