import asyncio

asked = []


async def size(url):
    asked.append(url)
    await asyncio.sleep(0)
    return len(url)


async def shown(urls):
    for url in urls:
        print(await size(url))


async def total(urls):
    total = 0
    for url in urls:
        total += await size(url)
    return total


async def first_long(urls):
    for url in urls:
        if await size(url) > 2:
            return url
    return None


async def main():
    urls = ["a", "bcd", "ef"]
    await shown(urls)
    print(await total(urls))
    print(await first_long(urls), asked)


asyncio.run(main())
