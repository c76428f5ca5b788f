import asyncio


async def size(url):
    await asyncio.sleep(0)
    return len(url)


async def sizes(urls):
    out = await asyncio.gather(*[size(url) for url in urls])
    return out


print(asyncio.run(sizes(["a", "bb", ""])), asyncio.run(sizes([])))
