import asyncio


async def notify(user, text):
    await asyncio.sleep(len(user) / 1000)


async def announce(users, text):
    # Everyone hears of it.
    await asyncio.gather(*[notify(user, text) for user in users])
    return len(users)


print(asyncio.run(announce(["ann", "bo"], "hello")))
