import asyncio


async def main(n):
    await asyncio.sleep(0)
    return n


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
print(loop.run_until_complete(main(1)))
try:
    print(asyncio.get_event_loop().is_closed())
except RuntimeError:
    print("no loop")
