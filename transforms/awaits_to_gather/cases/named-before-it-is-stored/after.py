import asyncio


async def fetch(n):
    await asyncio.sleep(0)
    return n * 2


async def pages(ids):
    found = await asyncio.gather(*[fetch(i) for i in ids])
    return found


async def by_id(ids: list[int]):
    found = dict(zip(ids, await asyncio.gather(*[fetch(i) for i in ids])))
    return found


async def last(ids):
    found = []
    for i in ids:
        page = await fetch(i)
        found.append(page)
    return found, page


print(asyncio.run(pages([1, 2])), asyncio.run(by_id([1, 2])), asyncio.run(last([1, 2])))
