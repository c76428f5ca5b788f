import asyncio

asked = []


async def ask(mirror):
    asked.append(mirror)
    await asyncio.sleep(0)
    return mirror == "b"


async def first(mirrors):
    for mirror in mirrors:
        if await ask(mirror):
            return mirror
    return None


print(asyncio.run(first(["a", "b", "c"])), asked)
