import asyncio

import _compat


import pages
from fetching import fetch


async def main():
    try:
        print(await asyncio.coroutine(pages.all_of)(3))
    except TypeError:
        print("TypeError")


print(fetch.__name__)
asyncio.run(main())
