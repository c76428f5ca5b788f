from tornado import gen
from tornado.ioloop import IOLoop


@gen.coroutine
def job():
    yield gen.sleep(0)
    raise gen.Return(3)


@gen.coroutine
def main():
    try:
        f = job()
        f.add_done_callback(lambda f: print("done", f.result()))
        print((yield f))
    except AttributeError:
        print("AttributeError")


IOLoop.current().run_sync(main)
