import asyncio


class Job:
    def __init__(self):
        self.log = []

    async def work(self, n):
        await asyncio.sleep(0)
        self.log = ["fresh"]
        return n

    async def run(self):
        task = asyncio.create_task(self.work(3))
        task.add_done_callback(lambda t: self.log.append(t.result()))
        await task
        print(self.log)


asyncio.run(Job().run())
