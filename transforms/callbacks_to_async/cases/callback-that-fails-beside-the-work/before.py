import asyncio


async def work(number):
    await asyncio.sleep(0)
    return number


async def collect(numbers):
    shares = []
    for number in numbers:
        task = asyncio.ensure_future(work(number))
        task.add_done_callback(lambda done: shares.append(12 // done.result()))
        await task
    return shares


async def main():
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: print(context["exception"]))
    print(await collect([3, 0, 4]))


asyncio.run(main())
