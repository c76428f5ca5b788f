import asyncio

import _compat


async def load(n):
    await asyncio.sleep(0)
    return n * n


async def main():
    jobs = [load(n) for n in range(3)]
    task = asyncio.ensure_future(load(9))
    squares = await asyncio.gather(*jobs)
    limited = await asyncio.wait_for(load(4), 5)
    return squares, limited, await task


print(_compat.run(main()))
