import asyncio


seen = []


async def load(n):
    return n + 1


seen.append(asyncio.run(load(1)))
seen.append(asyncio.run(load(2)))
print(seen)
