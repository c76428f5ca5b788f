import asyncio


async def size(name):
    await asyncio.sleep(0)
    return len(name)


async def sizes(names):
    return {name: await size(name) for name in names}


async def filled(lines):
    lines = map(str.strip, lines)
    found = {}
    for line in lines:
        found[line] = await size(line)
    return found


print(asyncio.run(sizes(iter(["a", "bb"]))), asyncio.run(filled(["a ", "bb"])))
