import asyncio

import _compat


@asyncio.coroutine
def first(names):
    for name in names:
        try:
            return (yield from asyncio.sleep(0, {"a": 1}[name]))
        except KeyError:
            continue
    return None


print(_compat.run(first(["x", "a"])), _compat.run(first([])))
