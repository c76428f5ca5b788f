import asyncio

from queries import orders_of, user_of


class Connection:
    def __init__(self):
        self.busy = False

    async def fetch(self, query):
        if self.busy:
            raise RuntimeError("another operation is in progress")
        self.busy = True
        await asyncio.sleep(0)
        self.busy = False
        return [query]


async def profile(conn, uid):
    user = await user_of(conn, uid)
    orders = await orders_of(conn, uid)
    return user, orders


async def main():
    print(await profile(Connection(), 7))


asyncio.run(main())
