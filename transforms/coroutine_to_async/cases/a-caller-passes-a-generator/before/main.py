import asyncio

import _compat


def steps(n):
    for _ in range(n):
        yield


@asyncio.coroutine
def run(todo):
    yield from todo
    return "done"


async def main():
    try:
        print(await run(steps(2)))
    except TypeError:
        print("TypeError")


asyncio.run(main())
