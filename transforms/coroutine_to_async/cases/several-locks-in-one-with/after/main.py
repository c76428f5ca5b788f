import _compat
import asyncio


class Store:
    def __init__(self):
        self.first = asyncio.Lock()
        self.lock = asyncio.Lock()

    async def put(self, x):
        async with self.first, self.lock:
            print(x, self.first.locked(), self.lock.locked())
        print(self.first.locked(), self.lock.locked())


async def main():
    await Store().put(3)


_compat.run(main())
