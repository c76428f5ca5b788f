import asyncio

import _compat


@asyncio.coroutine
def turns():
    yield from asyncio.sleep(0)
    yield from asyncio.sleep(0)


try:
    a, b = turns()
    print(a, b)
except TypeError:
    print("TypeError")
