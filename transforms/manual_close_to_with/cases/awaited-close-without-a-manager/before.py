import asyncio


class Line:
    def __init__(self):
        self.open = True

    async def close(self):
        await asyncio.sleep(0)
        self.open = False


async def main():
    line = Line()
    state = line.open
    await line.close()
    return state, line.open


print(asyncio.run(main()))
