import asyncio
import functools

import _compat


def helper(n):
    yield from asyncio.ensure_future(asyncio.sleep(0))
    return n


@asyncio.coroutine
def twice(n):
    load = functools.partial(helper, n)
    return (yield from load()) * 2


print(_compat.run(twice(4)))
