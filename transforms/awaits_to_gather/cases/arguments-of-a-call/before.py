import asyncio


async def width(name):
    await asyncio.sleep(0)
    return len(name)


async def height(name):
    await asyncio.sleep(0)
    return 2


def area(label, w, h, unit="m"):
    return f"{label} {w * h}{unit}"


async def main():
    print(area("wall", await width("abc"), await height("abc"), unit="cm"))


asyncio.run(main())
