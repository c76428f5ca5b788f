import asyncio

import _compat


lock = asyncio.Lock()
asyncio.Semaphore.__iter__ = asyncio.Lock.__iter__


class Gate:
    def __init__(self):
        self.sem = asyncio.Semaphore(1)

    @asyncio.coroutine
    def enter(self, name):
        with (yield from self.sem):
            # only one at a time
            with (yield from lock):
                yield from asyncio.sleep(0)
                return name, self.sem.locked()


@asyncio.coroutine
def main():
    gate = Gate()
    return (yield from asyncio.gather(gate.enter("a"), gate.enter("b")))


print(_compat.run(main()))
