import asyncio


async def main():
    await asyncio.sleep(0)
    return 3


loop = asyncio.new_event_loop()
try:
    # all of the work
    status = loop.run_until_complete(main())
finally:
    loop.close()
print(status)
