import asyncio

shipped = []


async def charge(user):
    await asyncio.sleep(0)
    raise ValueError(user)


async def ship(user):
    await note(user)
    return "parcel"


async def note(user):
    shipped.append(user)
