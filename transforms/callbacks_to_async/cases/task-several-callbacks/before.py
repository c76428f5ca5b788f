import asyncio


async def work(n):
    await asyncio.sleep(0)
    return n * n


async def main():
    seen = []
    task = asyncio.create_task(work(3))
    task.add_done_callback(lambda t: seen.append(t.result()))
    task.add_done_callback(lambda t: print("result", t.result(), t.result() + 1))
    value = await task
    print(seen, value)


asyncio.run(main())
