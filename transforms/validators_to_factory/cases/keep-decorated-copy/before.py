CHECKS = {}


def register(f):
    CHECKS[f.__name__] = f
    return f


@register
def small(value):
    if value > 10:
        raise ValueError("at most 10")
    return value


def large(value):
    if value > 1000:
        raise ValueError("at most 1000")
    return value


print(CHECKS["small"](5), large(50))
