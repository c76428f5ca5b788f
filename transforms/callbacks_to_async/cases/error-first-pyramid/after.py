import asyncio


USERS = {"bob": 1, "eve": 2}
ROLES = {1: "admin"}


class NoRole(Exception):
    pass


async def find_user(name):
    if name not in USERS:
        raise KeyError(name)
    return USERS[name]


async def find_role(uid):
    if uid not in ROLES:
        raise NoRole(uid)
    return ROLES[uid]


async def describe(name):
    uid = await find_user(name)

    # everybody has a role
    role = await find_role(uid)
    return "%s is %s" % (name, role)


def show(err, text):
    if err is not None:
        print("failed", type(err).__name__, err)
    else:
        print(text)


for name in ("bob", "eve", "tom"):
    try:
        text = asyncio.run(describe(name))
    except (KeyError, NoRole) as err:
        show(err, None)
    else:
        show(None, text)
