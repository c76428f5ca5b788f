import asyncio


class Session:
    busy = False

    async def get(self, url):
        if self.busy:
            raise RuntimeError("busy")
        self.busy = True
        await asyncio.sleep(0)
        self.busy = False
        return len(url)


async def sizes(session, urls):
    return [await session.get(u) for u in urls]


try:
    print(asyncio.run(sizes(Session(), ["a", "bb"])))
except RuntimeError as exc:
    print(exc)
