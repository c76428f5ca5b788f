import asyncio


async def ticks():
    try:
        while True:
            yield 1
    finally:
        print("stopped")


async def main():
    source = ticks()
    try:
        async for tick in source:
            return tick
    finally:
        await source.aclose()


print(asyncio.run(main()))
