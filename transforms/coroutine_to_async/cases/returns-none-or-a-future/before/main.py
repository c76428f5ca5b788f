import _compat
import asyncio


@asyncio.coroutine
def delayed(value, wait):
    found = None
    if wait:
        loop = asyncio.get_event_loop()
        found = loop.create_future()
        loop.call_soon(found.set_result, value)
    return found


async def main():
    print(await delayed(2, True), await delayed(2, False))


_compat.run(main())
