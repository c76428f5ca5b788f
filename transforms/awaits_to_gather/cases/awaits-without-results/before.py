import asyncio


async def warm(n):
    await asyncio.sleep(0)


async def main():
    await warm(1)
    await warm(2)
    print("warm")


asyncio.run(main())
