def first(items, callback):
    if not items:
        callback(StopIteration("none"), None)
        return
    callback(None, items[0])


def show(err, value):
    print(type(err).__name__, value)


first([], show)
first([1], show)
