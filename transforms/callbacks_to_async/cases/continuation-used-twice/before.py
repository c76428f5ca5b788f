def load(n, callback):
    callback(n)


def both(callback):
    seen = []

    def got(v):
        seen.append(v)
        if len(seen) == 2:
            callback(seen)
    load(1, got)
    load(2, got)


both(print)
