import asyncio


async def main(n):
    await asyncio.sleep(0)
    return n


loop = asyncio.new_event_loop()
n = loop.run_until_complete(main(1))
if n:
    loop.close()
print(loop.is_closed())
