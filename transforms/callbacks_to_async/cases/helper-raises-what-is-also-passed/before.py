def check(n):
    if n < 0:
        raise ValueError("negative")


def load(n, cb):
    check(n)
    if n > 1:
        cb(ValueError("big"), None)
    else:
        cb(None, n)


def show(err, v):
    print("show", repr(err), v)


for n in (-1, 0, 2):
    try:
        load(n, show)
    except ValueError as e:
        print("outer", e)
