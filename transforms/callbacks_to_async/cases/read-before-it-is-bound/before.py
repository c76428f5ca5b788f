def g(x, cb):
    cb(x + 1)


def f(x, cb):
    def got(v):
        x = x + v
        cb(x)
    g(x, got)


try:
    f(1, print)
except UnboundLocalError:
    print("unbound")
