import asyncio


async def read(name):
    if name == "bad":
        raise OSError(name)
    return name


async def sized(name):
    try:
        text = await read(name)
    except OSError:
        print("lost", name)
        raise
    return len(text), text


def total(size, text):
    print(size, text)


try:
    result = asyncio.run(sized("good"))
except OSError as e:
    print("no", e)
else:
    print(result)
try:
    result = asyncio.run(sized("bad"))
except OSError as e:
    print("no", type(e))
else:
    print(result)
