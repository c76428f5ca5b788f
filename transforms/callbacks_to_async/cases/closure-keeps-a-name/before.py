def g(x, cb):
    cb(x + 1)


def f(x, cb):
    get = lambda: x

    def got(v):
        x = v * 2
        cb(x + get())
    g(x, got)


f(1, print)
