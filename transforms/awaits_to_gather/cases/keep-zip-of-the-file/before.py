import asyncio


def zip(*parts):
    return "archive of %d" % len(parts)


async def size(name):
    await asyncio.sleep(0)
    return len(name)


async def sizes(names):
    return {name: await size(name) for name in names}


print(zip(1, 2), asyncio.run(sizes(["a", "bb"])))
