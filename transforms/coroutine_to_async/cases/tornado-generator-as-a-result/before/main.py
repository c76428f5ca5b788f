from tornado import gen
from tornado.ioloop import IOLoop


@gen.coroutine
def squares(n):
    yield gen.sleep(0)
    raise gen.Return(i * i for i in range(n))


@gen.coroutine
def pair():
    yield gen.sleep(0)
    raise gen.Return((
        1,  # first
        2,
    ))


@gen.coroutine
def main():
    values = yield squares(4)
    print(list(values), (yield pair()))


IOLoop.current().run_sync(main)
