import asyncio


def measure(text):
    return len(text)


def show(future):
    """What came of it."""
    size = future.result()
    print("size", size)


async def main():
    loop = asyncio.get_running_loop()
    future = loop.run_in_executor(None, measure, "abc")
    await future
    show(future)


asyncio.run(main())
