import asyncio

import _compat


@asyncio.coroutine
def turns():
    yield from asyncio.sleep(0)


try:
    print(*turns())
except TypeError:
    print("TypeError")
