import asyncio


async def read(name):
    if name.startswith("/"):
        raise PermissionError(name)
    else:
        return "text of " + name


async def read_any(name):
    try:
        return await read(name)
    except PermissionError:
        return await read(name.strip("/"))


def show(value):
    print("got", value)


try:
    value = asyncio.run(read_any("a"))
except PermissionError as e:
    print("no", e)
else:
    show(value)
try:
    value = asyncio.run(read_any("/a"))
except PermissionError as e:
    print("no", e)
else:
    show(value)
