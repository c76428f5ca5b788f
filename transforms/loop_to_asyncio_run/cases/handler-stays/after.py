import asyncio as aio


async def main():
    await aio.sleep(0)
    raise ValueError("x")


try:
    aio.run(main())
except ValueError as exc:
    print("failed", exc)
