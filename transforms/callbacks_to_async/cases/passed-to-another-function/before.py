def double(n, callback):
    callback(n * 2)


def each(f, items):
    for item in items:
        f(item, print)


each(double, [1, 2])
