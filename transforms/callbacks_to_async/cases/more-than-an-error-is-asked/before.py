def load(key, callback):
    if key == "bad":
        callback(KeyError(key), None)
        return
    callback(None, key.upper())


def tell(key, callback):
    def got(err, value):
        if err:
            callback(err, None)
        elif value == "GOOD":
            callback(None, 1)
        else:
            callback(None, 2)
    load(key, got)


def show(err, value):
    print(type(err).__name__, value)


tell("bad", show)
tell("good", show)
tell("other", show)
