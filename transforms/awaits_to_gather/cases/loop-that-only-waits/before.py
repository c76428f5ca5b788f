import asyncio


async def notify(user, text):
    await asyncio.sleep(len(user) / 1000)


async def announce(users, text):
    # Everyone hears of it.
    for user in users:
        await notify(user, text)
    return len(users)


print(asyncio.run(announce(["ann", "bo"], "hello")))
