def even(n, cb):
    if n == 0:
        cb(None, True)
        return
    odd(n - 1, cb)


def odd(n, cb):
    if n == 0:
        cb(ValueError("odd"), None)
        return
    even(n - 1, lambda err, r: cb(err, r))


def show(err, r):
    print(repr(err), r)


even(4, show)
even(3, show)
