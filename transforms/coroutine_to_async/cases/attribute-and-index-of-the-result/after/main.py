import asyncio

import _compat


async def load():
    return {"a": [1, 2]}


async def first():
    item = (await load())["a"][0]
    keys = (await load()).keys()
    total = (await load())["a"][1] + 1
    if not await load():
        return None
    return item, list(keys), total, -await asyncio.sleep(0, 4), await asyncio.sleep(0, 2) ** 2


print(_compat.run(first()))
