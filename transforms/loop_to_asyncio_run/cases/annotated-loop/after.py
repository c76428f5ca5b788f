import asyncio


async def main():
    await asyncio.sleep(0)
    return 5


status = asyncio.run(main())
print(status)
