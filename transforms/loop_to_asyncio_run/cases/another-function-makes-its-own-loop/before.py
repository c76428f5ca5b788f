import asyncio


async def work(n):
    await asyncio.sleep(0)
    return n


def one():
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work(1))
    finally:
        loop.close()


def two():
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work(2))
    finally:
        loop.close()


print(one(), two())
