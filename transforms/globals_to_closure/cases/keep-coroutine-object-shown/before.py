import asyncio

_calls = 0


async def ask(n):
    global _calls
    _calls += 1
    return _calls, n


def calls():
    return _calls


coroutine = ask(3)
print(repr(coroutine).split(" at ")[0])
print(asyncio.run(coroutine), calls())
