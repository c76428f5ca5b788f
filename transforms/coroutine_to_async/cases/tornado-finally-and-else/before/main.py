from tornado import gen
from tornado.ioloop import IOLoop


log = []


@gen.coroutine
def load(n):
    try:
        yield gen.sleep(0)
        if n == 0:
            raise gen.Return("zero")
        value = 10 // n
    except ZeroDivisionError:
        raise gen.Return("never")
    else:
        raise gen.Return(value)
    finally:
        log.append(n)


@gen.coroutine
def main():
    print((yield load(0)), (yield load(5)), log)


IOLoop.current().run_sync(main)
