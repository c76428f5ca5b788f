import asyncio


async def double(n):
    await asyncio.sleep(0)
    return 2 * n


async def named(name, n):
    await asyncio.sleep(0)
    return f"{name}{n}"


async def main(prices):
    doubled = dict(zip(prices, await asyncio.gather(*[double(price) for price in prices.values()])))
    both = dict(zip(prices, await asyncio.gather(*[named(name, n) for name, n in prices.items()])))
    upper = {name.upper(): await double(price) for name, price in prices.items()}
    print(doubled, both, upper)


asyncio.run(main({"tea": 3, "milk": 1}))
