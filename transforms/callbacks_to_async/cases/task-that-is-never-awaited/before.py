import asyncio

log = []


async def work():
    await asyncio.sleep(0)
    return 1


async def start():
    task = asyncio.ensure_future(work())
    task.add_done_callback(lambda t: log.append(t.result()))
    log.append("started")


async def main():
    await start()
    await asyncio.sleep(0.01)
    print(log)


asyncio.run(main())
