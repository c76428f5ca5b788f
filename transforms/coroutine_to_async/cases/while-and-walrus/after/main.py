import asyncio

import _compat


async def feed(n):
    await asyncio.sleep(0)
    return n - 1


async def drain(n):
    out = []
    while (n := await feed(n)):
        out.append(n)
    return out


print(_compat.run(drain(4)))
