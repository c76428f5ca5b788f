import asyncio


async def f(n):
    await asyncio.sleep(0)
    return n


async def main(ns):
    first = [await f(n) for n in ns][0]
    total = sum([await f(n) for n in ns]) + len([await f(n) for n in ns])
    print(first, total, [await f(n) for n in ns] * 2)
    [await f(n) for n in ns].sort()
    for x in [await f(n) for n in ns]:
        print(x)
    return [await f(n) for n in ns] or None


print(asyncio.run(main([1, 2])))
