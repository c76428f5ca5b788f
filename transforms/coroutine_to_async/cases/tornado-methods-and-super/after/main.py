from tornado import gen
from tornado.ioloop import IOLoop


class Base(object):
    async def get(self, key, default=None):
        await gen.sleep(0)
        return default


class Store(Base):
    def __init__(self):
        self.data = {"a": {"n": 1}}

    async def get(self, key, default=None):
        if key in self.data:
            return self.data[key]
        value = await super(Store, self).get(key, default=default)
        return value


async def main():
    store = Store()
    n = (await store.get("a"))["n"]
    print(n, await store.get("b", default=2))


IOLoop.current().run_sync(main)
