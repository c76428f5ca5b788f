import asyncio

import _compat


@asyncio.coroutine
def answer():
    yield from asyncio.sleep(0)
    return 42


def drive(coroutine):
    try:
        while True:
            next(coroutine)
    except StopIteration as stop:
        return stop.value


def test():
    try:
        next(answer())
    except StopIteration as stop:
        return stop.value
    except TypeError:
        return "no iterator"
    return "suspended"


print(test())
