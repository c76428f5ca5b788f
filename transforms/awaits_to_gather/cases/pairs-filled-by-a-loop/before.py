import asyncio


async def status(url):
    await asyncio.sleep(0)
    return len(url)


async def check_all(urls):
    results = []
    for url in urls:
        results.append((url, await status(url)))
    return results


print(asyncio.run(check_all(["a", "bb"])))
