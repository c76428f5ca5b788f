class Invalid(Exception):
    pass


def fail(name, value):
    raise Invalid("%s: %r" % (name, value))


def check_age(value):
    if not isinstance(value, int):
        fail("age", value)
    if not 0 <= value <= 150:
        fail("age", value)
    return value


def check_percent(value):
    if not isinstance(value, int):
        fail("percent", value)
    if not 0 <= value <= 100:
        fail("percent", value)
    return value


for value in (3, 120, 500, "x"):
    for check in (check_age, check_percent):
        try:
            print(check(value))
        except Invalid as error:
            print(error)
