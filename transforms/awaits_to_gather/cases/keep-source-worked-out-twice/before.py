import asyncio

calls = []


def names():
    calls.append(1)
    return ["a" * len(calls), "b"]


async def size(name):
    await asyncio.sleep(0)
    return len(name)


async def sizes():
    return {name: await size(name) for name in names()}


print(asyncio.run(sizes()), calls)
