import asyncio

LOG = [0, 0]


async def size(name):
    await asyncio.sleep(0)
    if not name:
        raise ValueError("empty")
    return len(name)


async def sizes(names):
    out = LOG
    for i in range(len(LOG)):
        out[i] = await size(names[i])
    return out


async def more(names):
    out = LOG
    for name in names:
        out.append(await size(name))


print(asyncio.run(sizes(["a", "bb"])))
try:
    asyncio.run(more(["ccc", ""]))
except ValueError:
    print(LOG)
