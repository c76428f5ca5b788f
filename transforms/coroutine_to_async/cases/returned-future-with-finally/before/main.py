import asyncio

import _compat


log = []


@asyncio.coroutine
def load():
    log.append("open")
    try:
        return asyncio.sleep(0, log.append("started"))
    finally:
        log.append("closed")


async def main():
    await asyncio.gather(load(), load())
    print(log)


asyncio.run(main())
