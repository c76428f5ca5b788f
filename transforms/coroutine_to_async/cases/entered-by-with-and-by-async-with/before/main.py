import asyncio

import _compat


class Turnstile:
    """Whoever waits for it may pass, and whoever passes it is counted."""

    def __init__(self):
        self.passed = 0

    def __iter__(self):
        yield from asyncio.sleep(0).__await__()
        return self

    def __enter__(self):
        self.passed += 1

    def __exit__(self, *error):
        print("passed", self.passed)


class Door(Turnstile):
    async def __aenter__(self):
        pass

    async def __aexit__(self, *error):
        pass


@asyncio.coroutine
def visit(door):
    with (yield from door):
        return door.passed


print(_compat.run(visit(Door())))
