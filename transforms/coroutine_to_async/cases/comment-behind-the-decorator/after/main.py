import asyncio

import _compat


# called by the scheduler
async def tick(n):
    await asyncio.sleep(0)
    return n + 1


print(_compat.run(tick(1)))
