import asyncio

log = []


async def work():
    log.append("work")
    await asyncio.sleep(0)
    return 1


async def main():
    task = asyncio.ensure_future(work())
    task.add_done_callback(lambda t: log.append(t.result()))
    log.append("meanwhile")
    await asyncio.sleep(0.01)
    log.append("later")
    await task
    print(log)


asyncio.run(main())
