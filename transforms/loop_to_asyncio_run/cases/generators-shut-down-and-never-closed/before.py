import asyncio


async def serve():
    await asyncio.sleep(0)
    print(1)


def run():
    loop = asyncio.new_event_loop()
    loop.run_until_complete(serve())
    loop.run_until_complete(loop.shutdown_asyncgens())


run()
