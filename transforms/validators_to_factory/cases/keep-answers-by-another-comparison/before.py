def is_valid_age(value):
    if not isinstance(value, int):
        return False
    return value <= 150


def is_valid_share(value):
    if not isinstance(value, int):
        return False
    return value < 100


for value in (0, 100, 150, "x"):
    print(value, is_valid_age(value), is_valid_share(value))
