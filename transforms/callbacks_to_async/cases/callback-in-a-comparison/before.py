def load(n, callback):
    if callback is print:
        callback("printed %d" % n)
    else:
        callback(n)


load(1, print)
load(2, lambda v: print("lambda", v))
