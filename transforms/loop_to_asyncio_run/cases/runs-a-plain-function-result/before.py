import asyncio


async def work():
    await asyncio.sleep(0)
    return "worked"


def start():
    return asyncio.ensure_future(work(), loop=loop)


loop = asyncio.new_event_loop()
print(loop.run_until_complete(start()))
loop.close()
