import asyncio

import _compat


@asyncio.coroutine
def load():
    return(yield from asyncio.sleep(0, 5))


print(_compat.run(load()))
