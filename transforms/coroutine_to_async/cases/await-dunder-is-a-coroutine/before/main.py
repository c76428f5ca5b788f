import asyncio

import _compat


class Job:
    @asyncio.coroutine
    def __await__(self):
        yield from asyncio.sleep(0)
        return "done"


async def main():
    try:
        print(await Job())
    except TypeError:
        print("TypeError")


asyncio.run(main())
