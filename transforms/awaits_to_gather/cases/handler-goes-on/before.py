import asyncio

log = []


async def risky(n):
    await asyncio.sleep(0)
    raise ValueError(n)


async def slow(n):
    await asyncio.sleep(0.01)
    log.append("slow done")
    return n


async def main():
    try:
        a = await risky(1)
        b = await slow(2)
        print(a, b)
    except ValueError:
        log.append("handled")
    await asyncio.sleep(0.02)
    print(log)


asyncio.run(main())
