LIMIT = 7


def g(x, cb):
    cb(x + 1)


def f(x, cb):
    print(LIMIT)

    def got(v):
        LIMIT = v
        cb(LIMIT)
    g(x, got)


f(1, print)
