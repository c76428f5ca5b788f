import asyncio

OPEN = []


class Session:
    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, error, traceback):
        await self.close()

    async def close(self):
        await asyncio.sleep(0)
        OPEN.remove(self)


async def use(fail):
    session = None
    try:
        session = Session()
        OPEN.append(session)
        if fail:
            raise ValueError
    except ValueError:
        print("still open", len(OPEN))
    finally:
        if session is not None:
            await session.close()


asyncio.run(use(False))
asyncio.run(use(True))
print(len(OPEN))
