import asyncio

seen = {}


async def work(n):
    await asyncio.sleep(0)
    return n + 1


async def main():
    value = await work(1)
    seen.update(n=value)
    print(value, seen)


asyncio.run(main())
