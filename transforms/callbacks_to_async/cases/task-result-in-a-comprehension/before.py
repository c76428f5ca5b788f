import asyncio


async def work(n):
    await asyncio.sleep(0)
    return n


async def main():
    log = []
    task = asyncio.create_task(work(3))
    task.add_done_callback(lambda t: log.extend(x * t.result() for x in (1, 2)))
    await task
    print(log)


asyncio.run(main())
