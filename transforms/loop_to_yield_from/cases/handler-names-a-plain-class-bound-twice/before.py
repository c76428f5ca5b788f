class Plain:
    pass


class Plain:
    pass


def stubborn():
    try:
        yield 1
    except Plain:
        pass


def relay():
    for value in stubborn():
        yield value


made = relay()
next(made)
try:
    made.close()
    print("closed")
except TypeError as error:
    print(error)
