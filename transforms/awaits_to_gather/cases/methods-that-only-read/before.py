import asyncio


class Api:
    base = "http://x"

    def __init__(self, token):
        self.token = token

    async def user(self, uid):
        await asyncio.sleep(0)
        return f"{self.base}/user/{uid}?{self.token}"

    async def orders(self, uid):
        await asyncio.sleep(0)
        return f"{self.base}/orders/{uid}?{self.token}"

    async def page(self, uid):
        user = await self.user(uid)
        orders = await self.orders(uid)
        return [user, orders]


print(asyncio.run(Api("t").page(3)))
