def load(n, callback):
    if n > 10:
        callback("big")
    elif n > 5:
        # in between
        callback("middle")
    else:
        callback("small")


def describe(n, callback):
    def got(size):
        if size == "big":
            load(1, lambda other: callback(size + " and " + other))
        else:
            callback(size)
    load(n, got)


for n in (20, 7, 1):
    describe(n, print)
