import asyncio
import itertools


class Done(Exception):
    pass


async def poll(n=0):
    await asyncio.sleep(0)
    if n > 2:
        raise Done


async def often():
    for _ in range(3):
        await poll()


async def until():
    for n in itertools.count():
        await poll(n)


async def last(names):
    for name in names:
        await poll(len(name) - 5)
    return name


async def main():
    await often()
    try:
        await until()
    except Done:
        print("done")
    print(await last(["a", "b"]))


asyncio.run(main())
