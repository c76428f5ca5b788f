import asyncio


async def parse(text):
    if not text:
        raise ValueError("empty")
    return int(text)


async def double(text):
    n = await parse(text)
    return n * 2


print(asyncio.run(double("4")))
try:
    print(asyncio.run(double("")))
except ValueError as err:
    print("raised", err)
