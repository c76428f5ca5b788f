import asyncio

USERS = {"bob": 1}


async def find_user(name):
    if name not in USERS:
        return None
    return USERS[name]


async def greet(name):
    uid = await find_user(name)
    if uid is None:
        return "hello guest %s" % name
    else:
        return "hello %s, number %d" % (name, uid)


print(asyncio.run(greet("bob")))
print(asyncio.run(greet("eve")))
