def load(key, callback):
    if key == "bad":
        callback(KeyError(key), None)
        return
    callback(None, key)


def count(key, callback):
    load(key, lambda err, value: callback(None, [value]))


def show(err, value):
    print(err, value)


count("bad", show)
count("good", show)
