import asyncio

if not hasattr(asyncio, "coroutine"):
    asyncio.coroutine = lambda function: function

try:

    @asyncio.coroutine
    def size(name: str) -> Generator[object, None, int]:
        yield from asyncio.sleep(0)
        return len(name)

except NameError as error:
    print(error)
