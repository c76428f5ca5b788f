from functools import partial

LABEL = "first"


def find_user(name, callback):
    global LABEL
    LABEL = "second"
    callback(len(name))


find_user("bob", partial(print, LABEL))
