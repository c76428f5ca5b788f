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
    await task
    keep(store, task, label="n")
    print(store)


asyncio.run(main())
