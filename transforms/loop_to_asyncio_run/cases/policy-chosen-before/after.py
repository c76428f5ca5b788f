import asyncio
import sys


async def main():
    await asyncio.sleep(0)
    print("ok")


if sys.platform == "win32":
    asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())

asyncio.run(main())
