import asyncio


async def step(n):
    return n + 1


async def run(n):
    v = await step(n)
    return v


def all_of(ns):
    out = []
    for n in ns:
        v = asyncio.run(run(n))
        out.append((n, v))
    return out


print(all_of([1, 2]))
