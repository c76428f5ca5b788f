class Error(ValueError):
    pass


def check_age(value):
    if value < 0:
        raise Error("too young")
    if value > 150:
        raise Error("too old")
    return value


def check_percent(value):
    if value < 0:
        raise OverflowError("too low")
    if value > 100:
        raise OverflowError("too high")
    return value


class Error(KeyError):
    pass


for value in (-1, 3, 500):
    for check in (check_age, check_percent):
        try:
            print(check(value))
        except (ValueError, KeyError, OverflowError) as error:
            print(type(error).__mro__[1].__name__, error)
