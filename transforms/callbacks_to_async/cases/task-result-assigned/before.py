import asyncio

seen = {}


async def work(n):
    await asyncio.sleep(0)
    return n + 1


async def main():
    task = asyncio.create_task(work(1))
    task.add_done_callback(lambda t: seen.update(n=t.result()))
    value = await task
    print(value, seen)


asyncio.run(main())
