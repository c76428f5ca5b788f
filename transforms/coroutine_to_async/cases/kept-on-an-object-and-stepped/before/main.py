import asyncio

import _compat


class Runner:
    def __init__(self, steps):
        self.steps = steps

    def step(self):
        return next(self.steps, "done")


@asyncio.coroutine
def pause():
    yield from asyncio.sleep(0)


runner = Runner(pause())
print(runner.step(), runner.step())
