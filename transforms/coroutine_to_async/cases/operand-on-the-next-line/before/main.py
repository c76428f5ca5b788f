import asyncio

import _compat


@asyncio.coroutine
def load():
    value = yield from \
        asyncio.sleep(0, "value")
    return value


print(_compat.run(load()))
