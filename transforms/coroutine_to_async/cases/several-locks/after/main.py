import asyncio

import _compat


lock = asyncio.Lock()
asyncio.Semaphore.__iter__ = asyncio.Lock.__iter__


class Gate:
    def __init__(self):
        self.sem = asyncio.Semaphore(1)

    async def enter(self, name):
        async with self.sem:
            # only one at a time
            async with lock:
                await asyncio.sleep(0)
                return name, self.sem.locked()


async def main():
    gate = Gate()
    return await asyncio.gather(gate.enter("a"), gate.enter("b"))


print(_compat.run(main()))
