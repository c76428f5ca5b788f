import asyncio


async def main(n=1):
    await asyncio.sleep(0)
    return n


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
try:
    value = loop.run_until_complete(main(2))
    print(value)
finally:
    loop.run_until_complete(loop.shutdown_asyncgens())
    asyncio.set_event_loop(None)
    loop.close()
print("end")
