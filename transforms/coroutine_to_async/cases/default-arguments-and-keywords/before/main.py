import asyncio

import _compat


@asyncio.coroutine
def call(a, b=2, *rest, c, d=4, **more):
    yield from asyncio.sleep(0)
    return a, b, rest, c, d, sorted(more)


print(_compat.run(call(1, c=3, e=5)))
