def load(n, callback):
    callback(n + 1)


def twice(n, callback):
    handler = lambda value: callback(value * 2)
    load(n, handler)


twice(1, print)
