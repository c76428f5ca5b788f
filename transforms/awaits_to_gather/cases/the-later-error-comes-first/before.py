import asyncio


async def late(number):
    await asyncio.sleep(0.01)
    if number > 0:
        raise ValueError(number)
    return number


async def early(number):
    await asyncio.sleep(0)
    if number > 0:
        raise KeyError(number)
    return number


async def both(number):
    first = await late(number)
    second = await early(number)
    return first + second


try:
    print(asyncio.run(both(1)))
except (ValueError, KeyError) as error:
    print(type(error).__name__)
