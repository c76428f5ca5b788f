import asyncio


async def step(name):
    # first the name
    print(name)
    # then go on
    return


async def both():
    await step("a")
    # behind the first
    return await step("b")


asyncio.run(both())
print("end")
