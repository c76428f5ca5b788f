def load(key, callback):
    if key == "bad":
        callback(KeyError(key), None)
        return
    callback(None, key.upper())


def size(key, then):
    def got(err, value):
        if err:
            then(-1)
            return
        then(len(value))
    load(key, got)


size("bad", print)
size("good", print)
