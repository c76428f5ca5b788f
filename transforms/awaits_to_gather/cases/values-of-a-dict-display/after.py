import asyncio


async def user(uid):
    await asyncio.sleep(0)
    return {"id": uid}


async def fetch_orders(uid):
    await asyncio.sleep(0)
    return [uid * 10]


async def profile(uid):
    user_result, orders = await asyncio.gather(user(uid), fetch_orders(uid))
    return {
        "kind": "profile",
        "user": user_result,
        # newest first
        "all orders": orders,
    }


print(asyncio.run(profile(3)))
