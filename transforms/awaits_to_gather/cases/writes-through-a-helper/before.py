import asyncio

ledger = []


async def write(line):
    ledger.append(line)
    await asyncio.sleep(0)


async def book(n):
    await asyncio.sleep(0)
    if n > 5:
        raise ValueError(n)
    await write("booked %d" % n)
    return n


async def send(n):
    await write("sent %d" % n)
    return -n


async def both(n):
    a = await book(n)
    b = await send(n)
    return a, b


async def main():
    print(await both(1))
    try:
        await both(9)
    except ValueError:
        pass
    print(ledger)


asyncio.run(main())
