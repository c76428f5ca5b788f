import asyncio


async def main(n=1):
    await asyncio.sleep(0)
    return n


def command(n):
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    result = loop.run_until_complete(main(n))
    loop.close()
    return result


print(command(5))
