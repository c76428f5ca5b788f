import asyncio

USERS = {1: "ann"}


async def user_of(uid):
    return USERS.get(uid)


async def posts_of(name):
    return [name + "1", name + "2"]


async def profile(uid):
    """A line about the user."""

    name = await user_of(uid)
    if name is None:
        return "nobody"

    posts = await posts_of(name)
    return f"{name}: {len(posts)}"


print(asyncio.run(profile(1)))
print(asyncio.run(profile(2)))
