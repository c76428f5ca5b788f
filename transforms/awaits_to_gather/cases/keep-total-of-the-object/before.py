import asyncio


class Account:
    def __init__(self):
        self.total = 0

    async def fetch(self, n):
        await asyncio.sleep(0)
        return n

    async def add(self):
        self.total += await fetch(1) + await fetch(2)


async def fetch(n):
    await asyncio.sleep(n / 1000)
    return n


async def main():
    account = Account()
    await asyncio.gather(account.add(), account.add())
    print(account.total)


asyncio.run(main())
