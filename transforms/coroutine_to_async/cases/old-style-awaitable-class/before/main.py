import asyncio

import _compat


class Pause:
    def __iter__(self):
        yield
        return "rested"


@asyncio.coroutine
def nap():
    return (yield from Pause())


async def main():
    try:
        print(await nap())
    except TypeError:
        print("TypeError")


asyncio.run(main())
