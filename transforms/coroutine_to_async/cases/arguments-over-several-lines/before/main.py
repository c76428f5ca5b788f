import asyncio

import _compat


async def register(name, kind,
                   limit):
    await asyncio.sleep(0)
    return name, kind, limit


@asyncio.coroutine
def setup(names,
          limit=1):
    out = []
    for name in names:
        got = yield from register(name,
                                  "kind",  # always
                                  limit)
        out.append(got)
    return out


print(_compat.run(setup(["a", "b"])))
