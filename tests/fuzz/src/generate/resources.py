# Definitions of the programs that open and close.
import os
import mmap
import socket
import sqlite3
import tempfile
import zipfile
import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextlib import ExitStack

KEPT = []
LOCK = threading.Lock()
RLOCK = threading.RLock()
GATES = threading.Semaphore(2)
BOUNDED = threading.BoundedSemaphore(1)
CONDITION = threading.Condition()
INNER = threading.Condition(threading.Lock())
ALOCK = asyncio.Lock()
NULLS = contextlib.nullcontext()

def keep(x):
    KEPT.append(x)
    return x

def state(x):
    kind = type(x).__name__
    try:
        if kind == "Connection":
            return x.total_changes
        if kind == "memoryview":
            return x.nbytes
        if kind in ("Semaphore", "BoundedSemaphore"):
            return x._value
        if kind in ("RLock", "Condition"):
            return x._is_owned()
        for name in ("closed", "_shutdown", "open"):
            if hasattr(x, name):
                return getattr(x, name)
        if hasattr(x, "locked"):
            return x.locked()
    except Exception as error:
        return type(error).__name__
    return kind

def last_kept():
    return state(KEPT[-1]) if KEPT else "nothing kept"

async def acheck(x):
    if x > 3:
        raise ValueError(x)
    return x

def swap_lock():
    global LOCK
    LOCK = threading.Lock()

def fresh_door():
    door = Door("fresh")
    return door

def either_door(k):
    if k:
        return Door("yes")
    return Door("no")

def odd_door(k):
    if k:
        return Door("yes")
    return Pool("no")

class Quarter:
    def __init__(self, name):
        self.name = name
        self.open = True

    def use(self, x=0):
        return x

    def close(self):
        self.open = False

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

class Side(Door):
    def use(self, x=0):
        print("side", x)
        return x

class Slam(Door):
    def close(self):
        print("slams", self.name)
        self.open = False

class Kicked(Door):
    def __exit__(self, *error):
        print("kicks")
        self.close()

class Handing(Door):
    def __enter__(self):
        return Bare("handed")

class Fussy(Door):
    def close(self):
        if not self.open:
            raise ValueError("closed twice")
        super().close()

class Cracked:
    def __init__(self, name):
        self.name = name

    def use(self, x=0):
        return x

    def close(self):
        print("cracks", self.name)
        raise OSError(self.name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

class Counting:
    def __init__(self, name):
        self.name = name
        self.uses = 0

    def use(self, x=0):
        self.uses += 1
        return self.uses

    def close(self, hard=False):
        print("closes", self.uses, hard)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        self.close()
        return False

class Judging:
    def __init__(self, name):
        self.name = name

    def use(self, x=0):
        return x

    def close(self):
        print("closes", self.name)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        self.close()
        print("judges", kind)

class Firm:
    def __init__(self, name):
        self.name = name

    def use(self, x=0):
        return x

    def close(self):
        print("closes firm", self.name)

    def shut(self):
        print("shuts", self.name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.shut()

class Watch:
    def __init__(self, name):
        self.name = name
        self.open = True

    def use(self, x=0):
        return x

    def stop(self):
        print("stops", self.name)
        self.open = False

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

class Siren:
    def __init__(self, name):
        self.name = name

    def use(self, x=0):
        return x

    def stop(self):
        print("silent", self.name)

    def __enter__(self):
        print("howls")
        return self

    def __exit__(self, *error):
        self.stop()

class Tape(io.StringIO):
    def close(self):
        print("tape ends")
        super().close()

class Reel(io.StringIO):
    def __enter__(self):
        print("reel turns")
        return self

class Guarded:
    def __init__(self):
        self.lock = threading.Lock()
        self.other = threading.RLock()
        self.gate = Gate()
        self.items = []

    def renew(self):
        self.items.append(1)

class Replaced:
    def __init__(self):
        self.lock = threading.Lock()

    def renew(self):
        self.lock = threading.Lock()

class Gateway:
    def acquire(self):
        print("goes in")

    def release(self):
        print("goes out")

class Hollow(Bare):
    def __len__(self):
        return 0

class Doubtful(Bare):
    def __init__(self, name, k):
        super().__init__(name)
        self.k = k

    def __bool__(self):
        return self.k > 0

class Wicket:
    def __init__(self, name):
        self.name = name
        self.open = True

    async def use(self, x=0):
        await asyncio.sleep(0)
        return check(x)

    async def close(self):
        await asyncio.sleep(0)
        print("closes", self.name)
        self.open = False

    async def aclose(self):
        await self.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        await self.close()

class Turnstile(Wicket):
    async def __aexit__(self, *error):
        print("turns")
        await self.close()

class Portal(Wicket):
    async def __aenter__(self):
        print("lights up")
        return self

class Hatch(Wicket):
    async def __aexit__(self, *error):
        await self.close()
        return True

async def aticks(n):
    for i in range(n):
        yield i
