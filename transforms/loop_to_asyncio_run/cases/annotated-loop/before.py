import asyncio


async def main():
    await asyncio.sleep(0)
    return 5


loop: asyncio.AbstractEventLoop = asyncio.new_event_loop()
try:
    status = loop.run_until_complete(main())
finally:
    loop.close()
print(status)
