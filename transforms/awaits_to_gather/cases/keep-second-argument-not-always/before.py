import asyncio


async def first(n):
    await asyncio.sleep(0)
    return n


async def second(n):
    print("second", n)
    await asyncio.sleep(0)
    return n


def show(**kw):
    return kw


async def main():
    return await first(0) and show(a=await second(1), b=await second(2))


print(asyncio.run(main()))
