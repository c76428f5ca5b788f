import asyncio
from contextlib import *

contextlib = None


async def ticks():
    yield 1
    yield 2


async def main(aclosing):
    source = ticks()
    try:
        async for tick in source:
            return tick + aclosing
    finally:
        await source.aclose()


print(asyncio.run(main(1)))
