import asyncio

log = []


async def background():
    log.append("begun")
    await asyncio.sleep(0.001)
    log.append("ended")


async def start():
    asyncio.ensure_future(background())
    await asyncio.sleep(0)


loop = asyncio.new_event_loop()
loop.run_until_complete(start())
loop.run_until_complete(asyncio.sleep(0.01))
loop.close()
print(log)
