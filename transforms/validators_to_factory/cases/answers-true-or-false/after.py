def make_validator(minimum, maximum):
    def is_valid(value):
        if not isinstance(value, int):
            return False
        if value < minimum:
            return False
        return value <= maximum
    return is_valid


is_valid_age = make_validator(0, 150)
is_valid_percent = make_validator(0, 100)
is_valid_level = make_validator(1, 9)


for value in (-1, 0, 5, 120, 200, "x"):
    print(value, is_valid_age(value), is_valid_percent(value), is_valid_level(value))
