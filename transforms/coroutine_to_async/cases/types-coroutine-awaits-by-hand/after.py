import asyncio


async def pause(n):
    for _ in range(n):
        await asyncio.sleep(0)


async def nap():
    result = await asyncio.sleep(0, "woke")
    return result


async def main():
    await pause(2)
    print(await nap())


asyncio.run(main())
