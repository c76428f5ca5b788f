def load(n, cb):
    try:
        v = 10 // n
    except ZeroDivisionError as e:
        cb(e, None)
        return
    cb(None, v)


def outer(n, cb):
    def got(err, v):
        if err:
            try:
                fallback = int("x")
            except ValueError as err2:
                cb(err, None)
                return
            cb(None, fallback)
            return
        cb(None, v)
    load(n, got)


def show(err, v):
    print(repr(err), v)


outer(0, show)
outer(2, show)
