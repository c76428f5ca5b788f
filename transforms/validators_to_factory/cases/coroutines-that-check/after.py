import asyncio

TAKEN = {"ann": 1, "ops": 2, "eu": 3}


async def exists(name):
    await asyncio.sleep(0)
    return name in TAKEN


def make_validator(min_length, label):
    async def validate(name):
        if len(name) < min_length:
            raise ValueError(f"{label} is too short")
        if await exists(name):
            raise ValueError(f"{label} is taken")
        return name

    return validate


validate_user = make_validator(3, "user")
validate_group = make_validator(2, "group")
validate_region = make_validator(1, "region")


async def main():
    for check, name in ((validate_user, "bob"), (validate_user, "x"), (validate_group, "ops"), (validate_region, "")):
        try:
            print(await check(name))
        except ValueError as e:
            print(e)


asyncio.run(main())
