from tornado import gen
from tornado.ioloop import IOLoop


log = []


@gen.coroutine
def step(name):
    log.append(name + "1")
    yield gen.sleep(0)
    log.append(name + "2")


@gen.coroutine
def main():
    a = step("a")
    b = step("b")
    yield a
    yield b
    print(log)


IOLoop.current().run_sync(main)
