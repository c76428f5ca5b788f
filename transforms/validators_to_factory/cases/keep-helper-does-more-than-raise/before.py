LOG = []


def fail(name):
    LOG.append(name)
    raise ValueError(name)


def check_age(value):
    if not 0 <= value <= 150:
        fail("age")
    return value


def check_percent(value):
    if not 0 <= value <= 100:
        fail("percent")
    return value


for value in (3, 120, 500):
    for check in (check_age, check_percent):
        try:
            print(check(value))
        except ValueError as error:
            print(error, LOG)
