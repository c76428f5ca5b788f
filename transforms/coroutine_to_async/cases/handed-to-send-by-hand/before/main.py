import asyncio

import _compat


@asyncio.coroutine
def ping(n):
    yield from asyncio.sleep(0)
    return n


def step(name):
    try:
        next(ping(name))
    except TypeError:
        print("no iterator")


step("a")
