# Definitions of the programs that drive a loop by hand.
import asyncio

async def step(n):
    print("step", n)
    await asyncio.sleep(0)
    return check(n)

async def quiet(n):
    return n + 1

async def forever(n):
    try:
        await asyncio.sleep(1000)
    finally:
        print("forever ends", n)

async def ticker(n):
    try:
        for i in range(n):
            yield i
    finally:
        print("ticker ends")

def plainly(n):
    return quiet(n)

def current():
    try:
        return type(asyncio.get_event_loop()).__name__
    except RuntimeError:
        return "no loop"

class Fake:
    def new_event_loop(self):
        print("fake loop")
        return asyncio.new_event_loop()

    def get_event_loop(self):
        print("fake loop")
        return asyncio.new_event_loop()

FAKE = Fake()
