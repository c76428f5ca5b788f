import asyncio

import _compat


import functools


@functools.lru_cache(maxsize=None)
@asyncio.coroutine
def config(name):
    yield from asyncio.sleep(0)
    return name.upper()


async def main():
    print(await config("a"))
    try:
        print(await config("a"))
    except RuntimeError:
        print("RuntimeError")


asyncio.run(main())
