import asyncio


async def f(n):
    await asyncio.sleep(0)
    return n


async def main(ns):
    first = (await asyncio.gather(*[f(n) for n in ns]))[0]
    total = sum(await asyncio.gather(*[f(n) for n in ns])) + len(await asyncio.gather(*[f(n) for n in ns]))
    print(first, total, await asyncio.gather(*[f(n) for n in ns]) * 2)
    (await asyncio.gather(*[f(n) for n in ns])).sort()
    for x in await asyncio.gather(*[f(n) for n in ns]):
        print(x)
    return await asyncio.gather(*[f(n) for n in ns]) or None


print(asyncio.run(main([1, 2])))
