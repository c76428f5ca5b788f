import asyncio

log = []


class Deal:
    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, value, traceback):
        log.append("commit" if kind is None else "undo")
        await self.close()

    async def close(self):
        log.append("close")


async def main(bad):
    deal = Deal()
    try:
        log.append(10 // bad)
    finally:
        await deal.close()


for bad in (0, 5):
    try:
        asyncio.run(main(bad))
    except ZeroDivisionError:
        log.append("error")
print(log)
