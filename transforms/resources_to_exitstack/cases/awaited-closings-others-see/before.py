import asyncio

log = []


class Link:
    def __init__(self, name):
        self.name, self.open = name, True

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        await self.close()

    async def ask(self, k):
        await asyncio.sleep(0)
        return self.name * k

    async def close(self):
        log.append(self.name)


async def main(names, k):
    links = []
    try:
        for name in names:
            links.append(Link(name))
        return [await link.ask(k) for link in links]
    finally:
        for link in links:
            await link.close()


print(asyncio.run(main("ab", 2)))
print(log)
