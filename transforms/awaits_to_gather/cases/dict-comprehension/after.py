import asyncio


async def size(name):
    await asyncio.sleep(0)
    return len(name)


async def sizes(names):
    return dict(zip(names, await asyncio.gather(*[size(name) for name in names])))


async def main():
    print(*await asyncio.gather(sizes(["a", "bb"]), sizes(())))


asyncio.run(main())
