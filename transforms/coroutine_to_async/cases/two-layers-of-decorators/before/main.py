import asyncio

import _compat


def twice(f):
    def wrapper(*args):
        first = yield from f(*args)
        second = yield from f(*args)
        return first, second
    return wrapper


@asyncio.coroutine
@twice
def load(n):
    yield from asyncio.sleep(0)
    return n


print(_compat.run(load(3)))
