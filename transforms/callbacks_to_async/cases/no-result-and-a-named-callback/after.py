import asyncio


async def step(name):
    print(name)


def finished():
    print("end")


asyncio.run(step("a"))
finished()
