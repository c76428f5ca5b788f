def load(key, callback):
    if key == "bad":
        callback(KeyError(key), None)
        return
    callback(None, key)


def tell(key, KeyError, callback):
    def got(err, value):
        if err:
            callback(None, KeyError)
            return
        callback(None, value)
    load(key, got)


def show(err, value):
    print(type(err).__name__, value)


tell("bad", 1, show)
tell("good", 2, show)
