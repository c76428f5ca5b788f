import asyncio

loop = asyncio.new_event_loop()


async def double(n):
    await asyncio.sleep(0)
    return 2 * n


def run(coro):
    return loop.run_until_complete(coro)


print(run(double(2)))
loop.close()
coro = double(3)
try:
    print(run(coro))
except RuntimeError:
    print("closed")
coro.close()
