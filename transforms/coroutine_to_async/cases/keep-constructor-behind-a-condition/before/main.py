import asyncio
import sys

import _compat


class Runner:
    if sys.version_info > (3,):

        def __init__(self, steps):
            self.steps = steps

    def step(self):
        return next(self.steps, "done")


@asyncio.coroutine
def pause():
    yield from asyncio.sleep(0)


runner = Runner(pause())
print(runner.step())
