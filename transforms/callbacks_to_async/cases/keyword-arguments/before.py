def load(key, default, callback):
    callback({"a": 1}.get(key, default))


def show(key, callback):
    load(key, default=0, callback=lambda v: callback([key, v]))


show("a", print)
show("b", callback=print)
