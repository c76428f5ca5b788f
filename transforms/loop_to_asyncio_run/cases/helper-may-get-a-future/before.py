import asyncio


async def double(n):
    await asyncio.sleep(0)
    return 2 * n


def run(coro, named=None):
    loop = asyncio.new_event_loop()
    if named:
        coro = asyncio.ensure_future(coro, loop=loop)
    try:
        return loop.run_until_complete(coro)
    finally:
        loop.close()


print(run(double(2)), run(double(3), "x"))
