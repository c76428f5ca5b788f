import re

_NAME = re.compile(r"[a-z]+$")
_CODE = re.compile(r"[A-Z]{3}$")


def validate_name(value):
    if not _NAME.match(value):
        raise ValueError("invalid name: " + value)
    return value


def validate_code(value):
    if not _CODE.match(value):
        raise ValueError("invalid code: " + value)
    return value


print(validate_name("abc"), validate_code("EUR"))
try:
    validate_code("x")
except ValueError as e:
    print(e)
