import asyncio


async def warm(n):
    await asyncio.sleep(0)


async def main():
    await asyncio.gather(warm(1), warm(2))
    print("warm")


asyncio.run(main())
