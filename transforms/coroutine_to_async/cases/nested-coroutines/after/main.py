import asyncio

import _compat


async def outer(n):
    async def inner(k):
        await asyncio.sleep(0)
        return k + n

    def plain(k):
        return k * 2

    later = lambda k: inner(plain(k))
    return await inner(1), await later(2)


print(_compat.run(outer(10)))
