import asyncio

import _compat


@asyncio.coroutine
def feed(n):
    yield from asyncio.sleep(0)
    return n - 1


@asyncio.coroutine
def drain(n):
    out = []
    while (n := (yield from feed(n))):
        out.append(n)
    return out


print(_compat.run(drain(4)))
