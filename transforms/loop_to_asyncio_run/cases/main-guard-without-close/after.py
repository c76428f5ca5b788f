import asyncio


async def main(n=1):
    await asyncio.sleep(0)
    return n


if __name__ == "__main__":
    asyncio.run(main())
