import asyncio

import _compat


@asyncio.coroutine
def twice(n):
    load = lambda: (yield from asyncio.ensure_future(asyncio.sleep(0, n)))
    return (yield from load()) * 2


print(_compat.run(twice(4)))
