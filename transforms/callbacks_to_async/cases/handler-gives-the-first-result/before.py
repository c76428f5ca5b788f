def load(n, cb):
    if n < 0:
        cb(ValueError(n), None)
        return
    cb(None, n)


def two(n, cb):
    def first(err, a):
        if err:
            return cb(err, None)

        def second(err, b):
            if err:
                print("second failed after", a)
                return cb(None, a)
            cb(None, a + b)
        load(a - 5, second)
    load(n, first)


def show(err, v):
    print(repr(err), v)


for n in (-1, 1, 9):
    two(n, show)
