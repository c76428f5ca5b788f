import asyncio

import _compat


def helper(n):
    yield from asyncio.ensure_future(asyncio.sleep(0))
    return n


@asyncio.coroutine
def twice(n, quick):
    if quick:
        load = asyncio.sleep
    else:
        load = helper
    return (yield from load(n))


print(_compat.run(twice(0, True)), _compat.run(twice(4, False)))
