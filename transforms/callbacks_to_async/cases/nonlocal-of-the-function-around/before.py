def fetch(n, cb):
    cb(n)


def total(cb):
    count = 0

    def first(v):
        nonlocal count
        count += v

        def second(w):
            nonlocal count
            count += w
            cb(count)
        fetch(20, second)
    fetch(10, first)


total(print)
