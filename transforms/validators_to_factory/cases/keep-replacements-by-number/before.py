def small(value):
    if value > 10:
        raise ValueError("{0} is too much for the small one".format(value))
    return value


def large(value):
    if value > 1000:
        raise ValueError("{0} is too much for the large one".format(value))
    return value


print(small(5), large(50))
