import asyncio
import warnings

warnings.simplefilter("ignore")


async def double(n):
    await asyncio.sleep(0)
    return 2 * n


def run(coro):
    return asyncio.get_event_loop().run_until_complete(coro)


print(run(double(2)))
print(run(asyncio.gather(double(3), double(4))))
