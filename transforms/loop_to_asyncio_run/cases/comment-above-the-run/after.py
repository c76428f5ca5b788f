import asyncio


async def main():
    await asyncio.sleep(0)
    return 3


# all of the work
status = asyncio.run(main())
print(status)
