import asyncio


class Source:
    def __init__(self, name):
        self.name = name

    async def get(self, after=""):
        print("gets", self.name)
        await asyncio.sleep(0)
        return self.name + after


async def both(first, second, third):
    one = await first.get()
    two = await second.get(await third.get())
    return one, two


print(asyncio.run(both(Source("a"), Source("b"), Source("c"))))
