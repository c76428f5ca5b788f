class Quiet(Exception):
    def __bool__(self):
        return False


def load(key, callback):
    if key == "bad":
        callback(Quiet(key), None)
        return
    callback(None, key)


def tell(key, callback):
    def got(err, value):
        if err:
            callback(None, "error")
            return
        callback(None, value)
    load(key, got)


def show(err, value):
    print(type(err).__name__, value)


tell("bad", show)
tell("good", show)
