import asyncio

import _compat


class Result:
    pass


class Result:
    def __init__(self, value):
        self.value = value

    @asyncio.coroutine
    def __iter__(self):
        yield from asyncio.sleep(0)
        return self.value


@asyncio.coroutine
def use(n):
    value = yield from Result(n)
    return value


print(_compat.run(use(5)))
