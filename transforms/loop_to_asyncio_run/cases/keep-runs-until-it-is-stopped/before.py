import asyncio


async def tick(loop):
    for i in range(3):
        print(i)
        await asyncio.sleep(0)
    loop.stop()


loop = asyncio.new_event_loop()
loop.create_task(tick(loop))
try:
    loop.run_forever()
finally:
    loop.close()
