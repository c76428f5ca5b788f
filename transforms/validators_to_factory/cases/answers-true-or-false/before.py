def is_valid_age(value):
    if not isinstance(value, int):
        return False
    if value < 0:
        return False
    return value <= 150


def is_valid_percent(value):
    if not isinstance(value, int):
        return False
    if value < 0:
        return False
    return value <= 100


def is_valid_level(value):
    if not isinstance(value, int):
        return False
    if value < 1:
        return False
    return value <= 9


for value in (-1, 0, 5, 120, 200, "x"):
    print(value, is_valid_age(value), is_valid_percent(value), is_valid_level(value))
