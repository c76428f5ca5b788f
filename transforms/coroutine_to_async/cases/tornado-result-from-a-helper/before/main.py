from tornado import gen
from tornado.ioloop import IOLoop


@gen.coroutine
def load(n):
    def finish(value):
        raise gen.Return(value)

    yield gen.sleep(0)
    if n:
        finish("some")
    finish("none")


print(IOLoop.current().run_sync(lambda: load(3)))
