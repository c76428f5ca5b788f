def load(n, callback):
    if n < 0:
        callback("negative")
    callback("end")


load(-1, print)
load(1, print)
