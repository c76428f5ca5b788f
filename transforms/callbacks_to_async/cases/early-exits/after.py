import asyncio


class Bad(Exception):
    pass


async def check(n):
    if n is None:
        return "nothing"
    if n < 0:
        raise Bad(n)
    if n == 0:
        return "zero"
    value = n * 2
    return value


for n in (None, 0, 4):
    print(asyncio.run(check(n)))
try:
    print(asyncio.run(check(-1)))
except Bad as exc:
    print("bad", exc)
