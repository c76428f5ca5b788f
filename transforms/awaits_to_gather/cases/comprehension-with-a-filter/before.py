from asyncio import run, sleep


async def size(url):
    await sleep(0)
    return len(url)


async def sizes(urls):
    return sum([await size(url) for url in urls if url])


print(run(sizes(["a", "bb", ""])))
