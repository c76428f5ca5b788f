def check_age(value):
    if not (0 <= value <= 150):
        raise ValueError(f"value must be between 0 and 150, got {value}")
    return value


def check_percent(value):
    if not (0 <= value <= 100):
        raise ValueError(f"value must be between 0 and 100, got {value}")
    return value


def check_hour(value):
    if not (0 <= value <= 23):
        raise ValueError(f"value must be between 0 and 23, got {value}")
    return value


def check_minute(value):
    if not (0 <= value <= 59):
        raise ValueError(f"value must be between 0 and 59, got {value}")
    return value


def where():
    return sorted({value.__module__ for name, value in globals().items() if name.startswith("check")})
