import asyncio


async def main(n=1):
    await asyncio.sleep(0)
    return n


def command(n):
    result = asyncio.run(main(n))
    return result


print(command(5))
