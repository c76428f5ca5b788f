import asyncio

import _compat


log = []


@asyncio.coroutine
def worker(name):
    for step in range(2):
        log.append(name + str(step))
        yield from [None]


async def main():
    try:
        await asyncio.gather(worker("a"), worker("b"))
    except TypeError:
        print("TypeError")
    print(log)


asyncio.run(main())
