import asyncio


async def work(n):
    await asyncio.sleep(0)
    return n * n


async def main():
    seen = []
    value = await work(3)
    seen.append(value)
    print("result", value, value + 1)
    print(seen, value)


asyncio.run(main())
