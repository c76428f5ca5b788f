import asyncio


async def work(n):
    await asyncio.sleep(0)
    return n


def one():
    return asyncio.run(work(1))


def two():
    return asyncio.run(work(2))


print(one(), two())
