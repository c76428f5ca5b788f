def load(key, callback):
    try:
        callback(None, int(key))
    except ValueError as err:
        callback(err, None)


def show(err, value):
    print(type(err).__name__, value)
    if value == 2:
        raise ValueError("two")


load("1", show)
load("2", show)
load("x", show)
