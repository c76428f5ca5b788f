from typing import Optional

LAST: Optional[float] = None


def validate_share(value: float) -> float:
    """A share of the whole."""
    if not isinstance(value, float):
        raise TypeError("no number")
    if not 0 <= value <= 1.0:
        raise ValueError(f"{value} is not in 0..1.0")
    return value


def validate_angle(value: float) -> float:
    """An angle in degrees."""
    if not isinstance(value, float):
        raise TypeError("no number")
    if not -180 <= value <= 180.0:
        raise ValueError(f"{value} is not in -180..180.0")
    return value


for value in (0.5, -90.0, 200.0):
    for validate in (validate_share, validate_angle):
        try:
            print(validate(value), validate.__doc__)
        except ValueError as error:
            print(error)
