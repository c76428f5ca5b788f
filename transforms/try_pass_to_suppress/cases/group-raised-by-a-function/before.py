class Failures(ExceptionGroup):
    pass


def validate(values):
    errors = [ValueError(v) for v in values if v < 0]
    if errors:
        raise ExceptionGroup("invalid", errors)


def check(values):
    errors = [KeyError(v) for v in values if v < 0]
    if errors:
        raise Failures("invalid", errors)


def lenient(values):
    try:
        validate(values)
    except ValueError:
        pass
    return "fine"


def easy(values):
    try:
        check(values)
    except KeyError:
        pass
    return "fine"


for function in (lenient, easy):
    print(function([1]))
    try:
        print(function([1, -2]))
    except ExceptionGroup as group:
        print("group of", len(group.exceptions))
