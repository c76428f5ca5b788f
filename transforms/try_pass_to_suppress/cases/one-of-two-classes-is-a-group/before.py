class Failures(Exception):
    pass


class Failures(ExceptionGroup):
    pass


def check(values):
    raise Failures("invalid", [KeyError(values)])


def easy(values):
    try:
        check(values)
    except KeyError:
        pass


try:
    easy(0)
except ExceptionGroup as error:
    print(type(error).__name__)
