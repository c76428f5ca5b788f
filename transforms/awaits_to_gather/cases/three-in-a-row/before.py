import asyncio


async def load(name, section):
    await asyncio.sleep(0)
    return name + "/" + section


async def page(name):
    introduction = await load(name, "introduction")
    description = await load(name, "description")
    bibliography = await load(name, "bibliography")
    return introduction, description, bibliography


print(asyncio.run(page("x")))
