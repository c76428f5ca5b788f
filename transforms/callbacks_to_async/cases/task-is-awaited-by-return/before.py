import asyncio

seen = []


async def work(n):
    await asyncio.sleep(0)
    return n * n


async def main():
    task = asyncio.create_task(work(3))
    task.add_done_callback(lambda t: seen.append(t.result()))
    return await task


print(asyncio.run(main()), seen)
