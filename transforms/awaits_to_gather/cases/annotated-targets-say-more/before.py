import asyncio
from typing import Optional


async def load(n: int):
    await asyncio.sleep(0)
    return n * 2


async def both() -> int:
    left: Optional[int] = await load(1)
    right: int = await load(2)
    return (left or 0) + right


print(asyncio.run(both()))
