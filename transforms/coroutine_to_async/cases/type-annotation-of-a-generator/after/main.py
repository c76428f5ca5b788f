import asyncio

import _compat


from typing import Any


async def size(name: str) -> int:
    await asyncio.sleep(0)
    return len(name)


print(_compat.run(size("abc")))
