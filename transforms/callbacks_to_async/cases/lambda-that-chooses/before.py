def load(n, callback):
    callback(n - 1)


def positive(n, callback):
    load(n, lambda v: callback(v) if v > 0 else load(-v, callback))


positive(3, print)
positive(-3, print)
