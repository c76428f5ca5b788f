def stubborn():
    try:
        yield 1
    except generator:
        pass


def relay():
    for value in stubborn():
        yield value


if False:

    def relay():
        pass


generator = relay()
next(generator)
try:
    generator.close()
    print("closed")
except TypeError as error:
    print(error)
