import asyncio
import gc
import logging

logging.disable(logging.CRITICAL)
log = []


async def background():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append("cancelled")


async def main():
    task = asyncio.ensure_future(background())
    await asyncio.sleep(0)
    keep.append(task)


keep = []
loop = asyncio.new_event_loop()
loop.run_until_complete(main())
print(log, loop.is_running())
