import asyncio


async def double(n):
    await asyncio.sleep(0)
    return 2 * n


def run(coro):
    return asyncio.run(coro)


print(run(double(2)))
print(run(double(3)))
