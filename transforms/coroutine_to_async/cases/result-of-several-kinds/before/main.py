import asyncio

import _compat


async def load(n):
    await asyncio.sleep(0)
    return n * 10


cache = {1: "cached"}


@asyncio.coroutine
def get(n):
    if n in cache:
        return cache[n]
    return load(n)


async def main():
    print(await get(1))
    got = await get(2)
    print(got if isinstance(got, int) else type(got).__name__)


asyncio.run(main())
