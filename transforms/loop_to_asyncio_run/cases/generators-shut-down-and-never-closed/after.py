import asyncio


async def serve():
    await asyncio.sleep(0)
    print(1)


def run():
    asyncio.run(serve())


run()
