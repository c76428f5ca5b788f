import asyncio


async def load(name, section):
    await asyncio.sleep(0)
    return name + "/" + section


async def page(name):
    introduction, description, bibliography = await asyncio.gather(
        load(name, "introduction"),
        load(name, "description"),
        load(name, "bibliography"),
    )
    return introduction, description, bibliography


print(asyncio.run(page("x")))
