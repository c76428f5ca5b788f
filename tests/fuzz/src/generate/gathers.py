# Definitions of the programs that await one thing after another.
import asyncio
import contextvars

CURRENT = contextvars.ContextVar("current", default=0)
GUARD = asyncio.Lock()

async def double(n):
    await asyncio.sleep(0)
    return n * 2

async def slow(n):
    for _ in range(3):
        await asyncio.sleep(0)
    return [n]

async def atonce(n):
    return n + 1

async def failing(n):
    await asyncio.sleep(0)
    if n > 2:
        raise ValueError(n)
    return n

async def erring(n):
    await asyncio.sleep(0)
    raise RuntimeError(n)

async def nested(n):
    first = await double(n)
    return await slow(first)

async def telling(n):
    print("tells", n)
    await asyncio.sleep(0)
    print("told", n)
    return n

async def counting(n):
    STATE["n"] += n
    await asyncio.sleep(0)
    return STATE["n"]

async def marked(n):
    CURRENT.set(n)
    return n

async def task_name(n):
    return asyncio.current_task() is None

async def reads(n):
    await asyncio.sleep(0)
    return STATE["n"] + n

def plain_future(n):
    future = asyncio.get_running_loop().create_future()
    future.set_result(n)
    return future

class Wire:
    def __init__(self):
        self.used = 0
        self.seen = []

    async def ask(self, n):
        before = self.used
        await asyncio.sleep(0)
        self.used = before + n
        return self.used

    async def read(self, n):
        await asyncio.sleep(0)
        return n

class Item2:
    def __init__(self, n):
        self.n = n

    async def get(self):
        await asyncio.sleep(0)
        return self.n
