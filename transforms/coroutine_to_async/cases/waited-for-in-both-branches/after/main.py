import _compat
import asyncio


async def load(n):
    await asyncio.sleep(0)
    return n


async def main(verbose):
    job = load(1)
    if verbose:
        print("got", await job)
    else:
        print(await job)


_compat.run(main(True))
