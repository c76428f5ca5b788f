import asyncio

import _compat


async def load():
    value = await \
        asyncio.sleep(0, "value")
    return value


print(_compat.run(load()))
