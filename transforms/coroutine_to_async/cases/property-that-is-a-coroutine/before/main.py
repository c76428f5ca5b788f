import asyncio

import _compat


class Box:
    @property
    @asyncio.coroutine
    def content(self):
        yield from asyncio.sleep(0)
        return "gold"


def peek(box):
    try:
        return next(box.content)
    except TypeError:
        return "no iterator"


print(peek(Box()))
