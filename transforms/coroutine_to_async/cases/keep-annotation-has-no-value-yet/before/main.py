import asyncio

import _compat

try:

    @asyncio.coroutine
    def size(name: str) -> Generator[object, None, int]:
        yield from asyncio.sleep(0)
        return len(name)

except NameError:
    Generator = None

    @asyncio.coroutine
    def size(name):
        yield from asyncio.sleep(0)
        return -1


print(_compat.run(size("abc")))
