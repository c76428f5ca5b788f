import asyncio

if not hasattr(asyncio, "coroutine"):
    asyncio.coroutine = lambda function: function


@asyncio.coroutine
def count():
    yield from asyncio.sleep(0)


print(type(count()))
