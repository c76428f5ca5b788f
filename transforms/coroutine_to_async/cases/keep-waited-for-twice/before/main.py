import _compat
import asyncio


@asyncio.coroutine
def load(n):
    yield from asyncio.sleep(0)
    return n


async def main():
    job = load(1)
    first = await job
    second = await job
    print(first, second)


_compat.run(main())
