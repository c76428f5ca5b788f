import asyncio
import warnings

warnings.simplefilter("ignore")


async def work(n):
    await asyncio.sleep(0)
    return n


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
print(loop.run_until_complete(asyncio.gather(work(1), work(2))))
loop.close()
