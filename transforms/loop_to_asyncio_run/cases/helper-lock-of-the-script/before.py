import asyncio

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
gate = asyncio.Lock()


async def inside(n):
    async with gate:
        await asyncio.sleep(0)
        return n


async def both(n):
    return await asyncio.gather(inside(n), inside(n + 1))


def run(coro):
    return loop.run_until_complete(coro)


print(run(both(1)))
print(run(both(3)))
loop.close()
