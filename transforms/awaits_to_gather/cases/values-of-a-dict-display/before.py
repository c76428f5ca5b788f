import asyncio


async def user(uid):
    await asyncio.sleep(0)
    return {"id": uid}


async def fetch_orders(uid):
    await asyncio.sleep(0)
    return [uid * 10]


async def profile(uid):
    return {
        "kind": "profile",
        "user": await user(uid),
        # newest first
        "all orders": await fetch_orders(uid),
    }


print(asyncio.run(profile(3)))
