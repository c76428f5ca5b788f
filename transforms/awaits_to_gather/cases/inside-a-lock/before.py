import asyncio

owners = []


async def step(name):
    owners.append((name, asyncio.current_task().get_name()))
    await asyncio.sleep(0)
    return name


async def main():
    asyncio.current_task().set_name("main")
    lock = asyncio.Lock()
    async with lock:
        a = await step("a")
        b = await step("b")
    print(a, b, owners)


asyncio.run(main())
