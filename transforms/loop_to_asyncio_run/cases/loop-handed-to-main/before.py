import asyncio


async def main(loop):
    return loop is asyncio.get_running_loop()


loop = asyncio.new_event_loop()
print(loop.run_until_complete(main(loop)))
loop.close()
