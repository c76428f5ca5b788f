import asyncio


class Store:
    def __init__(self, fails):
        self.fails = fails

    async def save(self):
        await asyncio.sleep(0)
        if self.fails:
            raise ValueError("full")
        await asyncio.sleep(0)
        print("saved")
        return 1


async def both(first, second):
    try:
        one = await first.save()
        two = await second.save()
    except ValueError as error:
        return str(error)
    return one + two


async def main():
    print(await both(Store(True), Store(False)))
    await asyncio.sleep(0.01)


asyncio.run(main())
