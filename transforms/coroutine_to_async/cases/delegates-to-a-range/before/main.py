import asyncio

import _compat


@asyncio.coroutine
def turns(n):
    yield from (None for _ in range(n))
    return n


async def main():
    try:
        print(await turns(2))
    except TypeError:
        print("TypeError")


asyncio.run(main())
