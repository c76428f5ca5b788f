import asyncio

log = []


async def disable(name):
    log.append("disable " + name)
    await asyncio.sleep(0)
    log.append("disabled")


async def notify(name):
    log.append("notify " + name)
    await asyncio.sleep(0)


async def main():
    await disable("bob")
    await notify("bob")
    print(log)


asyncio.run(main())
