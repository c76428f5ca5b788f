import _compat
import asyncio


@asyncio.coroutine
def load(n):
    yield from asyncio.sleep(0)
    return n


async def main():
    jobs = [load(n) for n in range(3)]
    first = [await job for job in jobs]
    second = [await job for job in jobs]
    print(first, second)


_compat.run(main())
