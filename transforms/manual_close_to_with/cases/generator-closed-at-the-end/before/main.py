import asyncio


async def count():
    try:
        for number in range(5):
            yield number
    finally:
        print("finished")


async def main():
    numbers = count()
    async for number in numbers:
        print(number)
        if number == 2:
            print("enough")
    await numbers.aclose()
    print("closed")


asyncio.run(main())
