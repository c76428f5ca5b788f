def g(x, cb):
    cb(x + 1)


def f(x, cb):
    def got(v):
        def helper():
            return v
        fs.append(helper)
        g(v, lambda v: cb([v, fs[0]()]))
    fs = []
    g(x, got)


f(1, print)
