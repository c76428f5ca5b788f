import asyncio


async def main(n=1):
    await asyncio.sleep(0)
    return n


print(asyncio.run(main()))
