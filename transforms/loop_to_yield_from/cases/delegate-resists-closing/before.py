import sys

sys.unraisablehook = lambda info: print("unraisable", info.exc_type.__name__)


def stubborn():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        yield -1


def relay():
    for value in stubborn():
        yield value


generator = relay()
print(next(generator))
try:
    generator.close()
    print("closed")
except RuntimeError as error:
    print("RuntimeError")
