from tornado import gen
from tornado.ioloop import IOLoop


class Transaction:
    def __enter__(self):
        return self

    def __exit__(self, kind, exc, tb):
        print("rollback" if kind else "commit")


@gen.coroutine
def save(n):
    with Transaction():
        yield gen.sleep(0)
        raise gen.Return(n)


print(IOLoop.current().run_sync(lambda: save(3)))
