import asyncio

import _compat


@asyncio.coroutine
def nothing():
    yield from ()
    return "nothing"


async def main():
    try:
        print(await nothing())
    except TypeError:
        print("TypeError")


asyncio.run(main())
