import sys

ENDS = (BaseException,)


def stubborn():
    try:
        yield 1
    except ENDS:
        raise ValueError("at the end")


def relay():
    for value in stubborn():
        yield value


sys.unraisablehook = lambda unraisable: print("unraisable", unraisable.exc_value)
generator = relay()
next(generator)
try:
    generator.close()
except ValueError as error:
    print("raised", error)
