from functools import partial


def find_user(name, callback):
    callback(len(name))


def greet(name, user, callback):
    def found(user, uid):
        callback("%s %s %d" % (name, user, uid))
    find_user(user, partial(found, name))


greet("bob", "robert", print)
