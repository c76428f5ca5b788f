import asyncio

import _compat


log = []


@asyncio.coroutine
def worker(name):
    pauses = [None, None]
    log.append(name)
    yield from pauses
    log.append(name + "!")


async def main():
    try:
        await asyncio.gather(worker("a"), worker("b"))
    except TypeError:
        print("TypeError")
    print(log)


asyncio.run(main())
