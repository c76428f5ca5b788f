import asyncio

import _compat


@asyncio.coroutine
def outer():
    def inner(n=(yield from asyncio.sleep(0, 3))):
        return n
    return inner()


print(_compat.run(outer()))
