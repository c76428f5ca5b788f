import asyncio


def validate_user(name):
    if len(name) < 3:
        raise ValueError("user is too short")
    return name


async def validate_group(name):
    if len(name) < 2:
        raise ValueError("group is too short")
    return name


print(validate_user("ann"), asyncio.run(validate_group("ab")))
