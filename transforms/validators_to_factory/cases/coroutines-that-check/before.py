import asyncio

TAKEN = {"ann": 1, "ops": 2, "eu": 3}


async def exists(name):
    await asyncio.sleep(0)
    return name in TAKEN


async def validate_user(name):
    if len(name) < 3:
        raise ValueError("user is too short")
    if await exists(name):
        raise ValueError("user is taken")
    return name


async def validate_group(name):
    if len(name) < 2:
        raise ValueError("group is too short")
    if await exists(name):
        raise ValueError("group is taken")
    return name


async def validate_region(name):
    if len(name) < 1:
        raise ValueError("region is too short")
    if await exists(name):
        raise ValueError("region is taken")
    return name


async def main():
    for check, name in ((validate_user, "bob"), (validate_user, "x"), (validate_group, "ops"), (validate_region, "")):
        try:
            print(await check(name))
        except ValueError as e:
            print(e)


asyncio.run(main())
