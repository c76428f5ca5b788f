USERS = {"bob": 1, "eve": 2}
ROLES = {1: "admin"}


class NoRole(Exception):
    pass


def find_user(name, callback):
    if name not in USERS:
        callback(KeyError(name), None)
        return
    callback(None, USERS[name])


def find_role(uid, callback):
    if uid not in ROLES:
        return callback(NoRole(uid), None)
    callback(None, ROLES[uid])


def describe(name, callback):
    def got_user(err, uid):
        if err:
            callback(err, None)
            return

        # everybody has a role
        def got_role(err, role):
            if err is not None:
                callback(err, None)
                return
            callback(None, "%s is %s" % (name, role))
        find_role(uid, got_role)
    find_user(name, got_user)


def show(err, text):
    if err is not None:
        print("failed", type(err).__name__, err)
    else:
        print(text)


for name in ("bob", "eve", "tom"):
    describe(name, show)
