import asyncio

log = []
loop = asyncio.new_event_loop()


async def background():
    await asyncio.sleep(0.001)
    log.append("ended")


async def start(tasks):
    tasks.append(loop.create_task(background()))


def run(coro):
    return loop.run_until_complete(coro)


tasks = []
run(start(tasks))
loop.run_until_complete(tasks[0])
loop.close()
print(log)
