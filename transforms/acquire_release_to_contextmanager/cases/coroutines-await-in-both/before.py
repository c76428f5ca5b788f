import asyncio

log = []


async def enter(name):
    await asyncio.sleep(0)
    log.append("enter " + name)
    return name + "-token"


async def leave_room(token):
    await asyncio.sleep(0)
    log.append("leave " + token)


async def talk(name):
    token = await enter(name)
    try:
        return token.upper()
    finally:
        await leave_room(token)


async def listen(key):
    ticket = await enter(key)
    try:
        await asyncio.sleep(0)
        return key
    finally:
        await leave_room(ticket)


print(asyncio.run(talk("a")), asyncio.run(listen("b")), log)
