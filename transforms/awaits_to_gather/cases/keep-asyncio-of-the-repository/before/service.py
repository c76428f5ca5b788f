async def fetch_user(uid):
    return {"id": uid}


async def fetch_orders(uid):
    return [uid * 10]


async def profile(uid):
    user = await fetch_user(uid)
    orders = await fetch_orders(uid)
    return user, orders
