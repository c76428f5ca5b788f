import math


def check_age(value):
    if math.isnan(value) or not (0 <= value <= 150):
        raise ValueError(f"value must be between 0 and 150, got {value}")
    return value


def check_percent(value):
    if math.isnan(value) or not (0 <= value <= 100):
        raise ValueError(f"value must be between 0 and 100, got {value}")
    return value


def check_hour(value):
    if math.isnan(value) or not (0 <= value <= 23):
        raise ValueError(f"value must be between 0 and 23, got {value}")
    return value


def check_minute(value):
    if math.isnan(value) or not (0 <= value <= 59):
        raise ValueError(f"value must be between 0 and 59, got {value}")
    return value
