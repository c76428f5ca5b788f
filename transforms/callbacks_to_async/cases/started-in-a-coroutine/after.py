import asyncio


async def double(n):
    return n * 2


async def main():
    seen = []
    seen.append(await double(4))
    v = await double(5)
    seen.append(v)
    print(seen)


asyncio.run(main())
