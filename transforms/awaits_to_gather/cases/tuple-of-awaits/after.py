import asyncio


async def left():
    await asyncio.sleep(0)
    return "l"


async def right():
    await asyncio.sleep(0)
    return "r"


async def both():
    return tuple(await asyncio.gather(left(), right()))


print(asyncio.run(both()))
