import asyncio


async def who(number):
    await asyncio.sleep(0)
    return number, asyncio.current_task().get_name()


async def main():
    first = await who(1)
    second = await who(2)
    return first, second


async def named():
    return await asyncio.create_task(main(), name="main")


print(asyncio.run(named()))
