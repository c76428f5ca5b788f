from twisted.internet import reactor, task


class Client(object):
    def __init__(self):
        self.sent = []

    async def deliver(self, text):
        await task.deferLater(reactor, 1, lambda: None)
        self.sent.append(text)
        return len(self.sent)

    async def sendAll(self, texts):
        count = 0
        for text in texts:
            count = await self.deliver(text)
        return count


async def main(clock):
    client = Client()
    print(await client.sendAll(["a", "b"]), client.sent)


task.react(main)
