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
    return page("profile", user=await get_user(uid), orders=await get_orders(uid))


print(asyncio.run(profile(3)))
