import functools

USERS = {"bob": 1}


def find_user(name, callback):
    callback(USERS.get(name))


def double(name, callback):
    def found(uid):
        callback(uid * 2)
    find_user(name, found)


double("bob", functools.partial(print, "number", sep=": "))
