import _compat
import asyncio


@asyncio.coroutine
def load(n):
    yield from asyncio.sleep(0)
    return n


async def main(verbose):
    job = load(1)
    if verbose:
        print("got", await job)
    else:
        print(await job)


_compat.run(main(True))
