import asyncio

from pay import charge, ship, shipped


async def order(user):
    paid = await charge(user)
    parcel = await ship(user)
    return paid, parcel


async def main():
    try:
        await order("eve")
    except ValueError as exc:
        print("declined", exc)
    print(shipped)


asyncio.run(main())
