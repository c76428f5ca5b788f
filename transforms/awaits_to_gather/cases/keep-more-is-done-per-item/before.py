import asyncio


async def size(name):
    print("size of", name)
    await asyncio.sleep(0)
    return len(name)


def show(n):
    print("is", n)
    return n


async def sizes(names):
    return [show(await size(name)) for name in names]


print(asyncio.run(sizes(["a", "bb"])))
