import asyncio


def double(n, callback):
    callback(n * 2)


def start(n):
    double(n, print)


async def main():
    start(3)
    await asyncio.sleep(0)


asyncio.run(main())
