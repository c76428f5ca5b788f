def load(key, callback):
    if key == "bad":
        callback(KeyError(key), None)
        return
    callback(None, key.upper())


def tell(key, callback):
    def got(err, value):
        if err is None:
            print("fine")
            callback(None, value)
        else:
            print("not fine")
            callback(err, None)

    load(key, got)


def again(key, callback):
    def got(err, value):
        if not err:
            callback(None, [value])
            return
        print("once more")
        load("good", callback)
    tell(key, got)


def show(err, value):
    print(type(err).__name__, value)


again("bad", show)
again("good", show)
