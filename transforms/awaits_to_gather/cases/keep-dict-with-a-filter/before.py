import asyncio

asked = []


def wanted(name):
    asked.append(name)
    return len(asked) < 3


async def size(name):
    await asyncio.sleep(0)
    return len(name)


async def sizes(names):
    return {name: await size(name) for name in names if wanted(name)}


print(asyncio.run(sizes(["a", "bb", "ccc"])), asked)
