import asyncio

queue = asyncio.Queue()


async def put():
    await asyncio.sleep(0)
    await queue.put("bread")


async def main():
    got, _ = await asyncio.gather(queue.get(), put())
    return got


loop = asyncio.get_event_loop()
print(loop.run_until_complete(main()))
loop.close()
