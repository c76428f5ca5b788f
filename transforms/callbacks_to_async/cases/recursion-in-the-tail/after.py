import asyncio


async def countdown(n):
    if n == 0:
        return "liftoff"
    print(n)
    return await countdown(n - 1)


print(asyncio.run(countdown(3)))
