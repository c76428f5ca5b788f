"""Prices."""

import asyncio


class Item:
    def __init__(self, name: str) -> None:
        self.name = name


async def find(name: str) -> Item:
    return Item(name)


async def parts(name: str) -> tuple[str, int]:
    return name, len(name)


async def ping() -> None:
    return


async def price(name: str):
    item = await find(name)
    name, length = await parts(item.name)
    await ping()
    return name * length


print(asyncio.run(price("pen")))
