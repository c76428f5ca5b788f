import _compat
import asyncio


@asyncio.coroutine
def job():
    yield from asyncio.sleep(0)
    return 1


def plain():
    return 2


@asyncio.coroutine
def call(function):
    return function()


print(_compat.run(call(plain)), _compat.run(call(job)))
