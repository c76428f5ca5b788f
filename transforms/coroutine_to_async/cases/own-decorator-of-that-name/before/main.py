import asyncio

import _compat


def coroutine(f):
    def start(*args):
        generator = f(*args)
        next(generator)
        return generator
    return start


@coroutine
def adder():
    total = 0
    while True:
        total += yield total


a = adder()
print(a.send(1), a.send(2))
