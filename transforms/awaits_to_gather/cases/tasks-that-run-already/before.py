import asyncio


async def fetch(n):
    await asyncio.sleep(0)
    return n


async def main():
    first = asyncio.ensure_future(fetch(1))
    second = asyncio.ensure_future(fetch(2))
    a = await first
    b = await second
    print(a, b)


asyncio.run(main())
