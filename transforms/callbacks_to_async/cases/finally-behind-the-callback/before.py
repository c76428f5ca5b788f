def load(key, callback):
    try:
        value = int(key)
    except ValueError as err:
        callback(err, None)
        return
    finally:
        print("closed")
    callback(None, value)


def show(err, value):
    print(type(err).__name__, value)


load("1", show)
load("x", show)
