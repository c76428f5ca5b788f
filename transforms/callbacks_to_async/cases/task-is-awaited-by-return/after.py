import asyncio

seen = []


async def work(n):
    await asyncio.sleep(0)
    return n * n


async def main():
    result = await work(3)
    seen.append(result)
    return result


print(asyncio.run(main()), seen)
