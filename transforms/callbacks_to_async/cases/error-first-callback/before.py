def load(key, callback):
    if key == "bad":
        callback(KeyError(key), None)
        return
    callback(None, key.upper())


def show(err, value):
    print("error" if err else value)


load("bad", show)
load("good", show)
