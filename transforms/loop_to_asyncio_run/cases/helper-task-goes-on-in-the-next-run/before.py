import asyncio

loop = asyncio.new_event_loop()
log = []


async def background():
    log.append("begun")
    await asyncio.sleep(0.001)
    log.append("ended")


async def start():
    asyncio.ensure_future(background())
    await asyncio.sleep(0)


async def wait():
    await asyncio.sleep(0.01)


def run(coro):
    return loop.run_until_complete(coro)


run(start())
run(wait())
loop.close()
print(log)
