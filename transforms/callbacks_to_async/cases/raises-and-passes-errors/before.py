def load(key, callback):
    if not key:
        raise KeyError("empty")
    if key == "bad":
        callback(KeyError(key), None)
        return
    callback(None, key)


def show(err, value):
    print(err, value)


load("bad", show)
load("good", show)
try:
    load("", show)
except KeyError as e:
    print("raised", e)
