def problem(key):
    return KeyError(key)


def load(key, callback):
    if key == "bad":
        callback(problem(key), None)
        return
    callback(None, key)


def show(err, value):
    print(type(err).__name__, value)


load("bad", show)
load("good", show)
