import asyncio

order = []


async def auth(req):
    await asyncio.sleep(0.002)
    order.append("auth")


async def log(req):
    order.append("log")


async def run(hooks, request):
    for hook in hooks:
        await hook(request)


asyncio.run(run([auth, log], {}))
print(order)
