import asyncio

import _compat


@asyncio.coroutine
def make(n):
    values = []
    for i in range(n):
        values.append((yield from asyncio.sleep(0, i)))
        yield
    return values


async def main():
    try:
        print(await make(2))
    except TypeError:
        print("TypeError")


asyncio.run(main())
