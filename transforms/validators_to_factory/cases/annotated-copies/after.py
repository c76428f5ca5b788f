from typing import Callable, Optional

LAST: Optional[float] = None


def make_validator(
    minimum: int,
    maximum: float,
    doc=None,
) -> Callable[[float], float]:
    def validate(value: float) -> float:
        if not isinstance(value, float):
            raise TypeError("no number")
        if not minimum <= value <= maximum:
            raise ValueError(f"{value} is not in {minimum}..{maximum}")
        return value
    validate.__doc__ = doc
    return validate


validate_share = make_validator(0, 1.0, doc="A share of the whole.")
validate_angle = make_validator(-180, 180.0, doc="An angle in degrees.")


for value in (0.5, -90.0, 200.0):
    for validate in (validate_share, validate_angle):
        try:
            print(validate(value), validate.__doc__)
        except ValueError as error:
            print(error)
