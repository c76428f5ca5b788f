import asyncio


async def fetch_users(db):
    await asyncio.sleep(0)
    return db["users"]


async def fetch_orders(db):
    await asyncio.sleep(0)
    return db["orders"]


async def total(db):
    users, orders = await asyncio.gather(fetch_users(db), fetch_orders(db))
    return len(await fetch_users(db)) + 10 * len(await fetch_orders(db))


async def both(db):
    users, orders = await asyncio.gather(fetch_users(db), fetch_orders(db))
    if await fetch_users(db) == await fetch_orders(db):
        return "same"
    return f"{await fetch_users(db)} / {await fetch_orders(db)!r}"


async def grown(db):
    found = ["x"]
    users, orders = await asyncio.gather(fetch_users(db), fetch_orders(db))
    found += await fetch_users(db) + await fetch_orders(db)
    return found


async def main():
    db = {"users": ["a", "b"], "orders": ["c"]}
    print(await total(db))
    print(await both(db))
    print(await grown(db))


asyncio.run(main())
