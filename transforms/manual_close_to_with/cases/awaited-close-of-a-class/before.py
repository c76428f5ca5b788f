import asyncio


class Line:
    def __init__(self, words):
        self.words, self.open = words, True

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        await self.close()

    async def get(self):
        await asyncio.sleep(0)
        return self.words.pop()

    async def close(self):
        self.open = False


async def main(words):
    line = Line(words)
    first = await line.get()
    second = await line.get()
    await line.close()
    return first, second, line.open


print(asyncio.run(main(["a", "b"])))
