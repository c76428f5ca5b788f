def load(key, callback):
    if key == "bad":
        callback(KeyError(key), None)
        return
    size = len(key) \

    callback(None, size) \


def plain(key, then):
    load(key, then)


def show(err, value):
    print(type(err).__name__, value)


plain("bad", show)
plain("good", show)
