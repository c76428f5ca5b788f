def is_number(value):
    return isinstance(value, int)


def check_age(value):
    if not is_number(value) or value > 150:
        raise ValueError(f"value must be at most 150, got {value}")
    return value


def check_percent(value):
    if not is_number(value) or value > 100:
        raise ValueError(f"value must be at most 100, got {value}")
    return value


def check_hour(value):
    if not is_number(value) or value > 23:
        raise ValueError(f"value must be at most 23, got {value}")
    return value


def check_minute(value):
    if not is_number(value) or value > 59:
        raise ValueError(f"value must be at most 59, got {value}")
    return value
