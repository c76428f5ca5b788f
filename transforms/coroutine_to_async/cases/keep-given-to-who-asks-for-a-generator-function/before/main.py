import asyncio
import inspect

import _compat


@asyncio.coroutine
def job():
    yield from asyncio.sleep(0)
    return 1


def plain():
    return 2


@asyncio.coroutine
def call(f):
    if inspect.isgeneratorfunction(f):
        return (yield from f())
    return f()


print(_compat.run(call(plain)), _compat.run(call(job)))
