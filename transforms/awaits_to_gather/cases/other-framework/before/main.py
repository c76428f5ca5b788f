import trio


async def fetch(n):
    await trio.sleep(0)
    return n


async def main():
    a = await fetch(1)
    b = await fetch(2)
    return a, b


print(trio.run(main))
