import asyncio

seen = set()


async def main(n):
    seen.add(id(asyncio.get_running_loop()))
    await asyncio.sleep(0)
    return n


loop = asyncio.new_event_loop()
keep = []
for n in range(3):
    keep.append(loop.run_until_complete(main(n)))
loop.close()
print(keep, len(seen))
