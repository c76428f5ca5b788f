def load(key, callback):
    if key == "bad":
        callback(KeyError(key), None)
        return
    callback(None, key.upper())


def tell(key, callback):
    def got(err, value):
        if err:
            err = ValueError(err.args)
            callback(err, None)
            return
        callback(None, value)
    load(key, got)


def show(err, value):
    print(type(err).__name__, value)


tell("bad", show)
tell("good", show)
