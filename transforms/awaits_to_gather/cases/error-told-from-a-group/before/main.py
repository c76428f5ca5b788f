import asyncio


async def checked(number):
    await asyncio.sleep(0)
    if number < 0:
        raise ValueError(number)
    return number


async def both(number):
    first = await checked(number)
    second = await checked(number + 1)
    return first + second


try:
    print(asyncio.run(both(-1)))
except ValueError as error:
    print("not a number of things:", error)
