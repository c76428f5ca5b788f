import asyncio

log = []


class Line:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        await self.close()

    async def close(self):
        await asyncio.sleep(0)
        log.append("closed")


async def main(key):
    line = Line()
    log.append(10 // key)
    await line.close()


for key in (5, 0):
    try:
        asyncio.run(main(key))
    except ZeroDivisionError:
        log.append("zero")
print(log)
