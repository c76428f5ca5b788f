import asyncio


async def main(n=1):
    await asyncio.sleep(0)
    return n


loop = asyncio.new_event_loop()
print(loop.run_until_complete(main()))
loop.close()
