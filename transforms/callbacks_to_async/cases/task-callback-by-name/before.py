import asyncio

log = []


def report(task):
    log.append((task.result(), task.done()))


async def work(n):
    await asyncio.sleep(0)
    return n


async def main():
    task = asyncio.ensure_future(work(2))
    task.add_done_callback(report)
    await task
    print(log)


asyncio.run(main())
