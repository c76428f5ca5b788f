import functools


def load(n, callback):
    callback(n)


def labelled(n, callback):
    load(n, functools.partial(callback, "label"))


labelled(1, print)
