import asyncio


class Repo:
    def __init__(self, conn):
        self.conn = conn

    async def users(self):
        return await self.conn.execute("users")

    async def items(self):
        return await self.conn.execute("items")

    async def both(self):
        users = await self.users()
        items = await self.items()
        return users, items


class Conn:
    busy = False

    async def execute(self, q):
        if self.busy:
            raise RuntimeError("busy")
        self.busy = True
        await asyncio.sleep(0)
        self.busy = False
        return q


print(asyncio.run(Repo(Conn()).both()))
