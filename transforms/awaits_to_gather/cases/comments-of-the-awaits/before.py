import asyncio


async def load_user(uid):
    await asyncio.sleep(0)
    return {"id": uid}


async def load_posts(uid, limit=10):
    await asyncio.sleep(0)
    return list(range(limit))[:2]


async def load_friends(uid):
    await asyncio.sleep(0)
    return {uid + 1}


async def handler(uid):
    """Page of a user."""
    user = await load_user(uid)
    # only the newest
    posts = await load_posts(uid, limit=2)
    friends = await load_friends(uid)
    return user, posts, friends


print(asyncio.run(handler(1)))
