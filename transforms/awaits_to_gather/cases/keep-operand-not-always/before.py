import asyncio


async def cached(key):
    print("cached", key)
    await asyncio.sleep(0)
    return key * 2


async def computed(key):
    print("computed", key)
    await asyncio.sleep(0)
    return key + 1


async def either(key):
    return await cached(key) or await computed(key)


async def ordered(key):
    return await cached(key) < 5 < await computed(key)


async def chosen(key):
    return await cached(key) if key else await computed(key)


async def main():
    print(await either(3), await either(0))
    print(await ordered(3))
    print(await chosen(0))


asyncio.run(main())
