import asyncio

log = []


async def work(n):
    await asyncio.sleep(0)
    return 10 // n


async def main():
    for n in (1, 0):
        task = asyncio.ensure_future(work(n))
        task.add_done_callback(lambda t: log.append(type(t.exception()).__name__))
        await asyncio.wait([task])
    print(log)


asyncio.run(main())
