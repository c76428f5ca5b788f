def make_validator(minimum, maximum):
    def is_valid(n):
        return isinstance(n, int) and minimum <= n < maximum

    return is_valid


is_valid_hour = make_validator(0, 24)
is_valid_minute = make_validator(0, 60)
is_valid_day = make_validator(1, 32)


print([is_valid_hour(x) for x in (0, 24, "a")], [is_valid_minute(59), is_valid_day(0)])
