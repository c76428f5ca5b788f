import asyncio


async def get_user(uid):
    await asyncio.sleep(0)
    return {"id": uid}


async def get_orders(uid):
    await asyncio.sleep(0)
    return [uid * 10]


def page(title, *, user, orders):
    return title, user, orders


async def profile(uid):
    user, orders = await asyncio.gather(get_user(uid), get_orders(uid))
    return page("profile", user=user, orders=orders)


print(asyncio.run(profile(3)))
