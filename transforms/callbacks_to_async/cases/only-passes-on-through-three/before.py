def a(n, cb):
    if n < 0:
        cb(ValueError(n), None)
    else:
        cb(None, n)


def b(n, cb):
    a(n - 1, lambda err, v: cb(err, None) if err else cb(None, v + 10))


def c(n, cb):
    b(n, lambda err, v: cb(err, v))


def d(n, cb):
    c(n, cb)


def show(err, v):
    print(repr(err), v)


d(0, show)
d(1, show)
