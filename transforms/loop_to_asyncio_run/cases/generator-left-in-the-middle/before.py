import asyncio


async def numbers():
    try:
        for number in range(3):
            yield number
    finally:
        print("no more numbers")


async def main():
    async for number in numbers():
        return number


loop = asyncio.new_event_loop()
first = loop.run_until_complete(main())
loop.close()
print("first", first)
