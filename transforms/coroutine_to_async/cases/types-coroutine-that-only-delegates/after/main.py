import asyncio

import _compat


async def load(n):
    await asyncio.sleep(0)
    return n


async def both(a, b):
    first = await load(a)
    second = await load(b)
    return first + second


async def main():
    print(await both(1, 2))


asyncio.run(main())
