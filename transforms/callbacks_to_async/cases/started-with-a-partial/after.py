import asyncio

USERS = {"bob": 1}


async def find_user(name):
    return USERS.get(name)


async def double(name):
    uid = await find_user(name)
    return uid * 2


print("number", asyncio.run(double("bob")), sep=": ")
