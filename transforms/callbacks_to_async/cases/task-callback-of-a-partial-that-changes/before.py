import asyncio
import functools

current = "old"


async def work(n):
    global current
    await asyncio.sleep(0)
    current = "new"
    return n


def show(label, task):
    print(label, task.result())


async def main():
    task = asyncio.create_task(work(3))
    task.add_done_callback(functools.partial(show, current))
    await task


asyncio.run(main())
