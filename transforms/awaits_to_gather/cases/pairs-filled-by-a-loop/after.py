import asyncio


async def status(url):
    await asyncio.sleep(0)
    return len(url)


async def check_all(urls):
    results = list(zip(urls, await asyncio.gather(*[status(url) for url in urls])))
    return results


print(asyncio.run(check_all(["a", "bb"])))
