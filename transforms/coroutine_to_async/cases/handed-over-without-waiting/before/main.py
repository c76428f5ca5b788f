import asyncio

import _compat


@asyncio.coroutine
def load(n):
    yield from asyncio.sleep(0)
    return n * n


@asyncio.coroutine
def main():
    jobs = [load(n) for n in range(3)]
    task = asyncio.ensure_future(load(9))
    squares = yield from asyncio.gather(*jobs)
    limited = yield from asyncio.wait_for(load(4), 5)
    return squares, limited, (yield from task)


print(_compat.run(main()))
