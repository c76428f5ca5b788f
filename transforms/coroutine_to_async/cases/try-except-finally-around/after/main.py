import asyncio

import _compat


log = []


async def careful(seconds):
    try:
        await asyncio.sleep(seconds)
        log.append("slept")
    except asyncio.CancelledError:
        log.append("cancelled")
        raise
    finally:
        log.append("finally")


async def main():
    task = asyncio.ensure_future(careful(10))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log.append("seen")
    await careful(0)
    print(log)


asyncio.run(main())
