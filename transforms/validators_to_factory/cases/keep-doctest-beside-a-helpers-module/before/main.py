import doctest


def positive(value):
    """>>> assert positive(3)"""
    if value <= 0:
        raise ValueError("must be > 0")
    return value


def adult(value):
    if value <= 17:
        raise ValueError("must be > 17")
    return value


print(doctest.testmod(report=False).attempted, adult(18))
