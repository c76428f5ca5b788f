import asyncio


async def size(name):
    await asyncio.sleep(0)
    return len(name)


async def sizes(names):
    return {await (size(name)) for name in names}, [(await size(name)) for name in names]


print(asyncio.run(sizes(["a", "cc"])))
