import asyncio

import _compat


import types


async def load(n):
    await asyncio.sleep(0)
    return n


@types.coroutine
def both(a, b):
    first = yield from load(a)
    second = yield from load(b)
    return first + second


async def main():
    print(await both(1, 2))


asyncio.run(main())
