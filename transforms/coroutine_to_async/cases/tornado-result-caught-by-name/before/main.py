from tornado import gen
from tornado.ioloop import IOLoop


@gen.coroutine
def load(n):
    try:
        yield gen.sleep(0)
        raise gen.Return(n)
    except gen.Return as r:
        print("returning", r.value)
        raise


print(IOLoop.current().run_sync(lambda: load(3)))
