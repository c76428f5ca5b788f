import _compat
import asyncio

from marks import KNOWN, remember


@asyncio.coroutine
@remember
def load(owner):
    yield from asyncio.sleep(0)
    return "%s's data" % owner


print(_compat.run(load("bob")), KNOWN, load.remembered)
