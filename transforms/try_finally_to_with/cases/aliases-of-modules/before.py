import asyncio as aio
import concurrent.futures as cf
import threading as t
from threading import Condition as C, Lock as L

guard = L()
changed = C()


def count(items):
    guard.acquire()
    try:
        return len(items)
    except TypeError as exc:
        print(type(exc).__name__, guard.locked())
    finally:
        guard.release()


def poke():
    changed.acquire()
    try:
        changed.notify_all()
    finally:
        changed.release()


def pooled(items):
    ex = cf.ThreadPoolExecutor(2)
    try:
        return list(ex.map(str, items))
    finally:
        ex.shutdown()


class Box:
    gate = t.RLock()

    def __init__(self):
        self.lock = aio.Lock()

    async def put(self):
        await self.lock.acquire()
        try:
            await aio.sleep(0)
            return self.lock.locked()
        finally:
            self.lock.release()

    def enter(self):
        self.gate.acquire()
        try:
            return "in"
        finally:
            self.gate.release()


async def main():
    box = Box()
    print(await box.put(), box.lock.locked(), box.enter())


print(count([1]), count(None), guard.locked())
poke()
print(pooled([1, 2]))
aio.run(main())
