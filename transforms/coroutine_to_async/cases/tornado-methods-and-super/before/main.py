from tornado import gen
from tornado.ioloop import IOLoop


class Base(object):
    @gen.coroutine
    def get(self, key, default=None):
        yield gen.sleep(0)
        raise gen.Return(default)


class Store(Base):
    def __init__(self):
        self.data = {"a": {"n": 1}}

    @gen.coroutine
    def get(self, key, default=None):
        if key in self.data:
            raise gen.Return(self.data[key])
        value = yield super(Store, self).get(key, default=default)
        raise gen.Return(value)


@gen.coroutine
def main():
    store = Store()
    n = (yield store.get("a"))["n"]
    print(n, (yield store.get("b", default=2)))


IOLoop.current().run_sync(main)
