import asyncio

log = []


def report(task):
    log.append("failed" if task.exception() else "done")


async def work(n):
    await asyncio.sleep(0)
    return 10 // n


async def run(n):
    task = asyncio.create_task(work(n))
    task.add_done_callback(report)
    return await task


async def main():
    print(await run(2))
    try:
        await run(0)
    except ZeroDivisionError:
        print(log)
    slow = asyncio.create_task(run(1))
    await asyncio.sleep(0)
    slow.cancel()
    try:
        await slow
    except asyncio.CancelledError:
        print("cancelled")


asyncio.run(main())
