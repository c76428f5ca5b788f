import asyncio


async def numbers():
    for n in [1, 2, 3]:
        yield n


async def main():
    print([n async for n in numbers()])


asyncio.run(main())
