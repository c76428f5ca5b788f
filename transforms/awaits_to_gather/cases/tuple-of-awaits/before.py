import asyncio


async def left():
    await asyncio.sleep(0)
    return "l"


async def right():
    await asyncio.sleep(0)
    return "r"


async def both():
    return await left(), await right()


print(asyncio.run(both()))
