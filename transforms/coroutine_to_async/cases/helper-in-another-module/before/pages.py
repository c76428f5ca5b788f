import asyncio


def all_of(n):
    out = []
    for i in range(n):
        out.append((yield from asyncio.sleep(0, i).__await__()))
    return out
