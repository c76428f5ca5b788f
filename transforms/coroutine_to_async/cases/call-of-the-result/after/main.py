import _compat


async def handler():
    return len


async def size(text):
    return (await handler())(text)


print(_compat.run(size("abc")))
