import asyncio

import _compat


@asyncio.coroutine
def outer(n):
    @asyncio.coroutine
    def inner(k):
        yield from asyncio.sleep(0)
        return k + n

    def plain(k):
        return k * 2

    later = lambda k: inner(plain(k))
    return (yield from inner(1)), (yield from later(2))


print(_compat.run(outer(10)))
