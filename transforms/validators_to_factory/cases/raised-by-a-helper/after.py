class Invalid(Exception):
    pass


def fail(name, value):
    raise Invalid("%s: %r" % (name, value))


def make_check(message, minimum, maximum):
    def check(value):
        if not isinstance(value, int):
            fail(message, value)
        if not minimum <= value <= maximum:
            fail(message, value)
        return value
    return check


check_age = make_check("age", 0, 150)
check_percent = make_check("percent", 0, 100)


for value in (3, 120, 500, "x"):
    for check in (check_age, check_percent):
        try:
            print(check(value))
        except Invalid as error:
            print(error)
