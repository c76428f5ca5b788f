def load(n, callback):
    callback(n)


def count(callback):
    total = 10

    def got(v):
        nonlocal total
        total += v
        callback(total)
    load(5, got)


count(print)
