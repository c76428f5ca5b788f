import asyncio


async def step(name):
    print("step", name)
    await asyncio.sleep(0)
    return name


def mark(text):
    print("mark", text)
    return text


async def main():
    return {"a": await step("a"), "m": mark("m"), "b": await step("b")}


print(asyncio.run(main()))
