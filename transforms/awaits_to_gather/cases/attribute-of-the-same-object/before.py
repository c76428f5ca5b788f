import asyncio


async def token(name):
    await asyncio.sleep(0)
    return name + "-token"


async def page(token):
    await asyncio.sleep(0)
    return "page for " + str(token)


class Client:
    token = None

    async def start(self):
        self.token = await token("bob")
        self.page = await page(self.token)
        return self.page


print(asyncio.run(Client().start()))
