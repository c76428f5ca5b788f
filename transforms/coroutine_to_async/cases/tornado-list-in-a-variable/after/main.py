from tornado import gen
from tornado.ioloop import IOLoop


@gen.coroutine
def fetch(n):
    yield gen.sleep(0)
    raise gen.Return(n * 2)


async def main():
    jobs = [fetch(n) for n in range(3)]
    print(await gen.multi(jobs))


IOLoop.current().run_sync(main)
