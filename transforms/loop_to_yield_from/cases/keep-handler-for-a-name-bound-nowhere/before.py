import sys


def stubborn():
    try:
        yield 1
    except Stopped:
        pass


def relay():
    for value in stubborn():
        yield value


sys.unraisablehook = lambda unraisable: print("unraisable", type(unraisable.exc_value).__name__)
generator = relay()
next(generator)
try:
    generator.close()
except NameError:
    print("raised")
