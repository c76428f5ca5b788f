# Definitions of the programs of coroutines: asyncio.coroutine as it was up to Python 3.10.
import asyncio
import types

class Held:
    def __init__(self, lock):
        self.lock = lock

    def __enter__(self):
        return None

    def __exit__(self, *error):
        self.lock.release()

def legacy_lock(self):
    yield from self.acquire().__await__()
    return Held(self)

def legacy_coroutine(func):
    if func.__code__.co_flags & 0x80:
        return func
    if func.__code__.co_flags & 0x20:
        return types.coroutine(func)

    def wrapper(*args, **kwargs):
        result = func(*args, **kwargs)
        if hasattr(result, "__await__"):
            result = yield from result.__await__()
        elif hasattr(result, "gi_frame"):
            result = yield from result
        return result
    return types.coroutine(wrapper)

def install():
    asyncio.coroutine = legacy_coroutine
    asyncio.Lock.__iter__ = legacy_lock
    asyncio.Semaphore.__iter__ = legacy_lock
    return True

INSTALLED = install()
LOCK = asyncio.Lock()
GATE = asyncio.Semaphore(2)

async def native(n):
    print("native", n)
    await asyncio.sleep(0)
    if n > 6:
        raise ValueError(n)
    return n + 1

async def pair(n):
    return n, [n]

async def forever(n):
    try:
        await asyncio.sleep(1000)
    finally:
        print("forever ends", n)

def future_of(n):
    future = asyncio.get_event_loop().create_future()
    asyncio.get_event_loop().call_soon(future.set_result, n)
    return future

def failing_future(n):
    future = asyncio.get_event_loop().create_future()
    asyncio.get_event_loop().call_soon(future.set_exception, KeyError(n))
    return future

class Pause:
    def __iter__(self):
        print("pause")
        yield
        return 3

class Ready:
    def __await__(self):
        print("ready")
        yield
        return 4

    __iter__ = __await__

def finished(loop, main):
    try:
        return loop.run_until_complete(asyncio.wait_for(main, 0.5))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

def complete(main):
    return finished(asyncio.new_event_loop(), main)

def step(coroutine):
    try:
        next(coroutine)
    except StopIteration as stop:
        return stop.value
    except TypeError:
        return "no iterator"
    return "suspended"
