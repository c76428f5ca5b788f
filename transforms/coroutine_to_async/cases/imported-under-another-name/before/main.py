import _compat
from asyncio import coroutine as co, sleep


@co
def work(n):
    yield from sleep(0)
    print(n)


_compat.run(work(2))
