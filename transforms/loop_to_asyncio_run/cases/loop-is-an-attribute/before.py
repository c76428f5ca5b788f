import asyncio


class Client:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.tasks = []

    async def start(self, n):
        self.tasks.append(asyncio.ensure_future(asyncio.sleep(0.001, n)))

    async def wait(self):
        return [await task for task in self.tasks]

    def call(self, coro):
        return self.loop.run_until_complete(coro)


client = Client()
client.call(client.start(1))
client.call(client.start(2))
print(client.call(client.wait()))
client.loop.close()
