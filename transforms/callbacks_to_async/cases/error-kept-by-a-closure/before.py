later = []

def load(key, callback):
    if key == "bad":
        callback(KeyError(key), None)
        return
    callback(None, key.upper())


def tell(key, callback):
    def got(err, value):
        if err:
            later.append(lambda: print("was", err))
            callback(err, None)
            return
        callback(None, value)
    load(key, got)


def show(err, value):
    print(type(err).__name__, value)


tell("bad", show)
tell("good", show)
for each in later:
    each()
