import asyncio


class Session:
    def __init__(self, log):
        self.log = log

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        await self.close()

    async def get(self, key):
        await asyncio.sleep(0)
        return 10 // key

    async def close(self):
        await asyncio.sleep(0)
        self.log.append("closed")


async def main(key, log):
    session = Session(log)
    try:
        return await session.get(key)
    except ZeroDivisionError:
        log.append("zero")
    finally:
        await session.close()


log = []
print(asyncio.run(main(5, log)), asyncio.run(main(0, log)), log)
