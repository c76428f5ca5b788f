import asyncio as aio


async def main():
    await aio.sleep(0)
    raise ValueError("x")


loop = aio.new_event_loop()
try:
    loop.run_until_complete(main())
except ValueError as exc:
    print("failed", exc)
finally:
    loop.close()
