import asyncio

import _compat


import pages


@asyncio.coroutine
def crawl(n):
    return (yield from pages.all_of(n))


async def main():
    try:
        print(await crawl(3))
    except TypeError:
        print("TypeError")


asyncio.run(main())
