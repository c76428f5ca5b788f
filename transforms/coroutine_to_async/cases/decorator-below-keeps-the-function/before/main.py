import _compat
import asyncio

STEPS = []


def step(func):
    STEPS.append(func)
    return func


@asyncio.coroutine
@step
def load(owner):
    yield from asyncio.ensure_future(asyncio.sleep(0))
    return "%s's data" % owner


async def main():
    for func in STEPS:
        print(func.__name__, hasattr(func("bob"), "gi_frame"))
    print(await load("bob"))


_compat.run(main())
