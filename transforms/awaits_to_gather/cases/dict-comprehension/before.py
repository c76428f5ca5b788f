import asyncio


async def size(name):
    await asyncio.sleep(0)
    return len(name)


async def sizes(names):
    return {name: await size(name) for name in names}


async def main():
    print(await sizes(["a", "bb"]), await sizes(()))


asyncio.run(main())
