import asyncio

import _compat


async def load():
    return {"a": [1, 2]}


@asyncio.coroutine
def first():
    item = (yield from load())["a"][0]
    keys = (yield from load()).keys()
    total = (yield from load())["a"][1] + 1
    if not (yield from load()):
        return None
    return item, list(keys), total, -(yield from asyncio.sleep(0, 4)), (yield from asyncio.sleep(0, 2)) ** 2


print(_compat.run(first()))
