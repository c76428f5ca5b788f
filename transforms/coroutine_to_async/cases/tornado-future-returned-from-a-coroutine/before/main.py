from tornado import gen
from tornado.ioloop import IOLoop


@gen.coroutine
def inner():
    yield gen.sleep(0)
    raise gen.Return("x")


@gen.coroutine
def outer():
    yield gen.sleep(0)
    raise gen.Return([inner()])


@gen.coroutine
def main():
    futures = yield outer()
    a = yield futures[0]
    try:
        b = yield futures[0]
    except RuntimeError:
        b = "RuntimeError"
    print(a, b)


IOLoop.current().run_sync(main)
