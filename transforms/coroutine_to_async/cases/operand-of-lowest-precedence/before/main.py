import asyncio

import _compat


async def fast():
    return 0


@asyncio.coroutine
def choose(first, second):
    got = yield from first or second
    return got


@asyncio.coroutine
def pick(flag):
    return (yield from fast() if flag else asyncio.sleep(0, "slow"))


async def main():
    print(await choose(None, fast()))
    print(await pick(True), await pick(False))


asyncio.run(main())
