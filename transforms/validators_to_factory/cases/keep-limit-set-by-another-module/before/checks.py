SMALL = 10
LARGE = 1000


def small(value):
    if value > SMALL:
        raise ValueError("too much")
    return value


def large(value):
    if value > LARGE:
        raise ValueError("too much")
    return value
