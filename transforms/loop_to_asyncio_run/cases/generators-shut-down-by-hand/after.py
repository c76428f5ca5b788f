import asyncio


async def numbers():
    try:
        yield 1
        yield 2
    finally:
        print("ended")


def work():
    return "worked"


async def main():
    async for number in numbers():
        print(number)
        break
    print(await asyncio.get_running_loop().run_in_executor(None, work))


asyncio.run(main())
