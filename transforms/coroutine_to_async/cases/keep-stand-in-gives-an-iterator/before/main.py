import asyncio

import _compat


class Client:
    def fetch(self):
        return asyncio.sleep(0, "fetched")

    @asyncio.coroutine
    def refresh(self):
        return (yield from self.fetch())


async def drive(client):
    return await client.refresh()


print(asyncio.run(drive(Client())))
client = Client()
client.fetch = lambda: iter([])
print(asyncio.run(drive(client)))
