import asyncio


class Cursor:
    def __init__(self):
        self.busy = False

    async def run(self, q):
        if self.busy:
            raise RuntimeError("busy")
        self.busy = True
        await asyncio.sleep(0)
        self.busy = False
        return q


async def names(cur):
    return await cur.run("names")


async def sizes(cur):
    return await cur.run("sizes")


async def main():
    cur = Cursor()
    a = await names(cur)
    b = await sizes(cur)
    print(a, b)


asyncio.run(main())
