import asyncio


async def _fetch(path):
    await asyncio.sleep(0)
    return "x" + path


def fetch(path):
    """Fetch synchronously."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_fetch(path))
    finally:
        loop.close()
