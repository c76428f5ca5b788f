import asyncio

log = []


class Server:
    async def work(self, n):
        self.task = asyncio.ensure_future(self.serve())
        await asyncio.sleep(0)
        return n

    async def serve(self):
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            log.append("stopped")

    async def stop(self):
        self.task.cancel()
        await self.task


for n in range(2):
    loop = asyncio.new_event_loop()
    server = Server()
    result = loop.run_until_complete(server.work(n))
    print("done", result)
    loop.run_until_complete(server.stop())
    loop.close()
print(log)
