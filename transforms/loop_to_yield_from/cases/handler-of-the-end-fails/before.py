import sys

sys.unraisablehook = lambda info: print("unraisable", info.exc_type.__name__)


def stubborn(total):
    try:
        yield 1
        yield 2
    except GeneratorExit:
        total + "closed"


def relay():
    for value in stubborn(0):
        yield value


generator = relay()
print(next(generator))
try:
    generator.close()
    print("closed")
except TypeError as error:
    print("TypeError")
