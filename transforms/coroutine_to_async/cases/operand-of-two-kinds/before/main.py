import asyncio

import _compat


@asyncio.coroutine
def pause(long):
    yield from [None, None] if long else asyncio.sleep(0)
    return long


async def main():
    for long in (False, True):
        try:
            print(await pause(long))
        except TypeError:
            print("TypeError")


asyncio.run(main())
