import _compat
import asyncio


async def work(n):
    await sleeping(0)
    return n


async def sleeping(n):
    return n
