import _compat
import asyncio


class Store:
    def __init__(self):
        self.first = asyncio.Lock()
        self.lock = asyncio.Lock()

    @asyncio.coroutine
    def put(self, x):
        with (yield from self.first), (yield from self.lock):
            print(x, self.first.locked(), self.lock.locked())
        print(self.first.locked(), self.lock.locked())


async def main():
    await Store().put(3)


_compat.run(main())
