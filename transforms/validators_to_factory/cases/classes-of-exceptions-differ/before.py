class Lost(LookupError):
    pass


def check_port(value):
    if value < 1:
        raise ValueError("port too low")
    if value > 65535:
        raise ValueError("port too high")
    return value


def check_index(value):
    if value < 0:
        raise IndexError("index too low")
    if value > 255:
        raise IndexError("index too high")
    return value


def check_page(value):
    if value < 1:
        raise Lost("page too low")
    if value > 40:
        raise Lost("page too high")
    return value


for check in (check_port, check_index, check_page):
    for value in (-1, 5, 70000):
        try:
            print(check(value))
        except (ValueError, LookupError) as error:
            print(type(error).__name__, error)
