def add(a, b, cb):
    cb(a + b)


def square(n, cb):
    cb(n * n)


def compute(a, b, cb):
    add(a, b, lambda total: square(total, lambda sq: add(sq, 1, lambda result: cb(result))))


compute(1, 2, print)
