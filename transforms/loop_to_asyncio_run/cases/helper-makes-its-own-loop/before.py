import asyncio


async def double(n):
    await asyncio.sleep(0)
    return 2 * n


def run(coro):
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coro)
    finally:
        loop.close()


print(run(double(2)), run(coro=double(3)))
