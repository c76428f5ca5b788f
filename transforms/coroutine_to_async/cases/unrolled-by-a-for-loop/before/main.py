import asyncio

import _compat


@asyncio.coroutine
def quick():
    yield from asyncio.sleep(0)


def run():
    try:
        for _ in quick():
            print("turn")
    except TypeError:
        print("TypeError")


run()
