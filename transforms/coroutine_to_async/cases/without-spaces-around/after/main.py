import asyncio

import _compat


async def load():
    return await asyncio.sleep(0, 5)


print(_compat.run(load()))
