import inspect
import asyncio

from _compat import run


@asyncio.coroutine
def fetch():
    yield from asyncio.sleep(0)
    return 1


def started():
    job = fetch()
    print("generator" if inspect.isgenerator(job) else "something else")
    return job


print(run(started()))
