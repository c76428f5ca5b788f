import asyncio

import _compat


def drive(steps):
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


@asyncio.coroutine
def answer():
    yield from []
    return 42


print(drive(answer()))
