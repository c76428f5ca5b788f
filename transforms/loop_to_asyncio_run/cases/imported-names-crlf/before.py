from asyncio import new_event_loop, sleep


async def main():
    await sleep(0)
    return 4


loop = new_event_loop()
print(loop.run_until_complete(main()))
loop.close()
