from tornado import gen
from tornado.ioloop import IOLoop


async def squares(n):
    await gen.sleep(0)
    return (i * i for i in range(n))


async def pair():
    await gen.sleep(0)
    return (
        1,  # first
        2,
    )


async def main():
    values = await squares(4)
    print(list(values), await pair())


IOLoop.current().run_sync(main)
