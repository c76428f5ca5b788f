import asyncio


async def serve():
    await asyncio.sleep(0)
    print(1)


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
try:
    loop.run_until_complete(serve())
    loop.run_until_complete(loop.shutdown_asyncgens())
finally:
    asyncio.set_event_loop(None)
    loop.close()
