import re

_NAME = re.compile(r"[a-z]+$")
_CODE = re.compile(r"[A-Z]{3}$")


def make_validator(pattern, description):
    def validate(value):
        if not pattern.match(value):
            raise ValueError(f"invalid {description}: " + value)
        return value
    return validate


validate_name = make_validator(_NAME, "name")
validate_code = make_validator(_CODE, "code")


print(validate_name("abc"), validate_code("EUR"))
try:
    validate_code("x")
except ValueError as e:
    print(e)
