import asyncio

import _compat


@asyncio.coroutine
def pause():
    yield from asyncio.sleep(0)


HANDLERS = [pause]


def run_all():
    for handler in HANDLERS:
        for step in handler():
            print(handler.__name__, step)


run_all()
