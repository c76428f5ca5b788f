import asyncio


async def work(n):
    await asyncio.sleep(0)
    return 10 // n


def closed(task):
    print("closed", task.done())


async def main():
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: print("handler"))
    seen = []
    task = asyncio.create_task(work(0))
    task.add_done_callback(lambda t: seen.append(t.result()))
    task.add_done_callback(closed)
    try:
        await task
    except ZeroDivisionError:
        print(seen)


asyncio.run(main())
