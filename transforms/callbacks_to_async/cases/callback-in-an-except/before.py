def load(key, callback):
    try:
        value = {"a": 1}[key]
    except KeyError:
        callback("missing")
        return
    callback(value)


def show(key, callback):
    load(key, lambda v: callback([v]))


show("a", print)
show("b", print)
