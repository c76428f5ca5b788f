import asyncio

import _compat


async def first(names):
    for name in names:
        try:
            return await asyncio.sleep(0, {"a": 1}[name])
        except KeyError:
            continue
    return None


print(_compat.run(first(["x", "a"])), _compat.run(first([])))
