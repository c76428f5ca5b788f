def load(key, callback):
    if key == "bad":
        callback("no such key", None)
        return
    callback(None, key)


def show(err, value):
    print(err or value)


load("bad", show)
load("good", show)
