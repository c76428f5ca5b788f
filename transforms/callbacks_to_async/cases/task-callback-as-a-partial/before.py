import asyncio
import functools


async def work(n):
    await asyncio.sleep(0)
    return n * n


def keep(store, task, label):
    store[label] = task.result()


async def main():
    store = {}
    task = asyncio.create_task(work(3))
    task.add_done_callback(functools.partial(keep, store, label="n"))
    await task
    print(store)


asyncio.run(main())
