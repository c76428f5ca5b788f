import asyncio

import _compat


import types


@types.coroutine
def delayed(n):
    return asyncio.sleep(0, n)


async def main():
    print(await delayed(2))


asyncio.run(main())
