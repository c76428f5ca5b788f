import asyncio


async def number(name, known):
    await asyncio.sleep(0)
    return len(known)


async def numbers(names):
    found = {}
    for name in names:
        found[name] = await number(name, dict(found))
    return found


print(asyncio.run(numbers(["a", "b", "c"])))
