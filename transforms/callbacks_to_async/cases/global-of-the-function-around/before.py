def g(x, cb):
    cb(x + 1)


def f(x, cb):
    global TOTAL

    def got(v):
        TOTAL = v
        cb(v)
    TOTAL = x
    g(x, got)


f(1, print)
print(TOTAL)
