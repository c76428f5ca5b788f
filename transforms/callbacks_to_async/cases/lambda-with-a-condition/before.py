def load(n, callback):
    callback(n)


def positive(n, callback):
    load(n, lambda v: v > 0 and callback(v))


positive(1, print)
positive(-1, print)
