import asyncio

import _compat


class Job:
    def __init__(self, n):
        self.n = n


@asyncio.coroutine
def job_iter(self):
    yield from asyncio.sleep(0)
    return self.n


Job.__iter__ = job_iter


@asyncio.coroutine
def use(n):
    return (yield from iter(Job(n)))


async def main():
    try:
        print(await use(4))
    except TypeError:
        print("TypeError")


asyncio.run(main())
