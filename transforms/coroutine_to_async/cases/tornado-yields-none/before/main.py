from tornado import gen
from tornado.ioloop import IOLoop


@gen.coroutine
def main():
    try:
        yield None
        print("on")
    except TypeError:
        print("TypeError")


IOLoop.current().run_sync(main)
