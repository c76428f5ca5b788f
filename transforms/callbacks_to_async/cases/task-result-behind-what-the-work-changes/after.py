import asyncio


class Job:
    def __init__(self):
        self.log = []

    async def work(self, n):
        await asyncio.sleep(0)
        self.log = ["fresh"]
        return n

    async def run(self):
        result = await self.work(3)
        self.log.append(result)
        print(self.log)


asyncio.run(Job().run())
