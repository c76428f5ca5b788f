import asyncio

import _compat


async def load(n):
    await asyncio.sleep(0)
    return n * 10


class Store:
    async def get(self, n):
        """Gets one."""
        if n < 0:
            return None
        return await load(n)


async def main():
    print(await Store().get(2), await Store().get(-1))


asyncio.run(main())
