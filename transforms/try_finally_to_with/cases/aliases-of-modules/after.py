import asyncio as aio
import concurrent.futures as cf
import threading as t
from threading import Condition as C, Lock as L

guard = L()
changed = C()


def count(items):
    with guard:
        try:
            return len(items)
        except TypeError as exc:
            print(type(exc).__name__, guard.locked())


def poke():
    with changed:
        changed.notify_all()


def pooled(items):
    with cf.ThreadPoolExecutor(2) as ex:
        return list(ex.map(str, items))


class Box:
    gate = t.RLock()

    def __init__(self):
        self.lock = aio.Lock()

    async def put(self):
        async with self.lock:
            await aio.sleep(0)
            return self.lock.locked()

    def enter(self):
        with self.gate:
            return "in"


async def main():
    box = Box()
    print(await box.put(), box.lock.locked(), box.enter())


print(count([1]), count(None), guard.locked())
poke()
print(pooled([1, 2]))
aio.run(main())
