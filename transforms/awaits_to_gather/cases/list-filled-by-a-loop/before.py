import asyncio


async def size(url):
    await asyncio.sleep(0)
    return len(url)


async def sizes(urls):
    out = []
    for url in urls:
        out.append(await size(url))
    return out


print(asyncio.run(sizes(["a", "bb", ""])), asyncio.run(sizes([])))
