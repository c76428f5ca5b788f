import _compat
import asyncio

LIMITS = {"load": 1}


def limited(func):
    if func.__name__ not in LIMITS:
        return func

    def wrapper(*args):
        if LIMITS[func.__name__] == 0:
            return asyncio.sleep(0, "too often")
        LIMITS[func.__name__] -= 1
        return func(*args)

    return wrapper


@asyncio.coroutine
@limited
def load(owner):
    yield from asyncio.ensure_future(asyncio.sleep(0))
    return "%s's data" % owner


print(_compat.run(load("bob")), _compat.run(load("bob")))
