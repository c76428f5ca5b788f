import _compat
import asyncio

from marks import KNOWN, remember


@remember
async def load(owner):
    await asyncio.sleep(0)
    return "%s's data" % owner


print(_compat.run(load("bob")), KNOWN, load.remembered)
