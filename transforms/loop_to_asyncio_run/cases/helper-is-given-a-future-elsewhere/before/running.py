import asyncio
import warnings

warnings.simplefilter("ignore")


def run(coro):
    return asyncio.get_event_loop().run_until_complete(coro)
