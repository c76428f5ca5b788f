import asyncio

import _compat


async def fast():
    return 0


async def choose(first, second):
    got = await (first or second)
    return got


async def pick(flag):
    return await (fast() if flag else asyncio.sleep(0, "slow"))


async def main():
    print(await choose(None, fast()))
    print(await pick(True), await pick(False))


asyncio.run(main())
