import asyncio


def double(n, callback):
    callback(n * 2)


async def main():
    seen = []
    double(4, seen.append)
    double(5, lambda v: seen.append(v))
    print(seen)


asyncio.run(main())
