def load(n, cb):
    assert n >= 0
    if n > 1:
        cb(AssertionError("big"), None)
    else:
        cb(None, n)


def show(err, v):
    print("show", repr(err), v)


for n in (-1, 0, 2):
    try:
        load(n, show)
    except AssertionError as e:
        print("outer", e)
