import asyncio


async def ticks(log):
    try:
        while True:
            log.append("tick")
            yield len(log)
    finally:
        await asyncio.sleep(0)
        log.append("stopped")


async def main():
    log = []
    source = ticks(log)
    try:
        async for tick in source:
            if tick > 2:
                break
    finally:
        await source.aclose()
    return log


print(asyncio.run(main()))
