from functools import partial

USERS = {"bob": 1}


def find_user(name, callback):
    if name not in USERS:
        callback(None)
        return
    callback(USERS[name])


def greet(name, callback):
    def found(name, uid):
        if uid is None:
            callback("hello guest %s" % name)
        else:
            callback("hello %s, number %d" % (name, uid))
    find_user(name, partial(found, name))


greet("bob", print)
greet("eve", print)
