import asyncio


async def after(seen):
    await asyncio.sleep(0)
    return len(seen)


async def main():
    out = []
    for _ in range(3):
        out.append(await after(out))
    print(out)


asyncio.run(main())
