def is_valid_hour(n):
    return isinstance(n, int) and 0 <= n < 24


def is_valid_minute(n):
    return isinstance(n, int) and 0 <= n < 60


def is_valid_day(n):
    return isinstance(n, int) and 1 <= n < 32


print([is_valid_hour(x) for x in (0, 24, "a")], [is_valid_minute(59), is_valid_day(0)])
