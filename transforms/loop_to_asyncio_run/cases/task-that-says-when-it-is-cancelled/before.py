import asyncio


async def beat():
    try:
        while True:
            await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("cancelled")
        raise


async def main():
    asyncio.get_running_loop().create_task(beat())
    await asyncio.sleep(0)
    print("done")


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
loop.close()
