import asyncio

log = []


async def work(n):
    await asyncio.sleep(0)
    log.append("worked")
    return n


async def main(verbose):
    task = asyncio.create_task(work(3))
    task.add_done_callback(lambda t: verbose and log.append(t.result()))
    await task
    print(log)


asyncio.run(main(False))
