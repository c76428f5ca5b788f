from tornado import gen
from tornado.ioloop import IOLoop


@gen.coroutine
def fetch(n):
    yield gen.sleep(0)
    raise gen.Return(n * 2)


@gen.coroutine
def main():
    jobs = [fetch(n) for n in range(3)]
    print((yield jobs))


IOLoop.current().run_sync(main)
