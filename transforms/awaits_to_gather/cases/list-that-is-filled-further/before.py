import asyncio


async def size(name, unit):
    await asyncio.sleep(0)
    return f"{len(name)}{unit}"


async def sizes(pairs):
    rows: list[str] = []
    rows.append("sizes")
    for name, unit in pairs:
        rows.append(await size(name, unit))
    return rows


print(asyncio.run(sizes([("a", "m"), ("bb", "cm")])))
