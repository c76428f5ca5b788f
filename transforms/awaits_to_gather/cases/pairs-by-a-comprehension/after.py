import asyncio


async def ping(host):
    await asyncio.sleep(0)
    return len(host)


async def sweep(hosts):
    return list(zip(hosts, await asyncio.gather(*[ping(host) for host in hosts])))


print(asyncio.run(sweep(["a", "bb"])))
