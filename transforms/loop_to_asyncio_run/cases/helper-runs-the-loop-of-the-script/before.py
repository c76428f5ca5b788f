import asyncio

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)


async def double(n):
    await asyncio.sleep(0)
    return 2 * n


def run(coro):
    return loop.run_until_complete(coro)


print(run(double(2)))
print(run(double(3)))
loop.close()
