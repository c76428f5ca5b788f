import asyncio
import types


@types.coroutine
def pause(n):
    for _ in range(n):
        yield from asyncio.sleep(0).__await__()


@types.coroutine
def nap():
    result = yield from asyncio.sleep(0, "woke")
    return result


async def main():
    await pause(2)
    print(await nap())


asyncio.run(main())
