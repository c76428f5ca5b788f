def parse(text, callback):
    try:
        number = int(text)
    except ValueError as err:
        callback(err, text)
        return
    callback(None, number)


def show(err, value):
    print(type(err).__name__, value)


parse("1", show)
parse("x", show)
