def load(key, callback):
    if key == "bad":
        callback(KeyError(key), None)
    else:
        callback(None, key.upper())


def load_or_default(key, default, callback):
    def got(err, value):
        if err is not None:
            # not there
            print("missing", err.args)
            callback(None, default)
            return
        callback(None, value)
    load(key, got)


def show(err, value):
    print(err, value)


load_or_default("good", "d", show)
load_or_default("bad", "d", show)
