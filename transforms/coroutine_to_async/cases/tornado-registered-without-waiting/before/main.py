from tornado import gen
from tornado.ioloop import IOLoop


log = []


@gen.coroutine
def on_open(name):
    log.append("open " + name)
    yield gen.sleep(0)


def fire(name):
    on_open(name)


fire("a")
print(log)
