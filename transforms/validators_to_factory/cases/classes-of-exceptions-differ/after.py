class Lost(LookupError):
    pass


def make_check(minimum, error, label, maximum):
    def check(value):
        if value < minimum:
            raise error(f"{label} too low")
        if value > maximum:
            raise error(f"{label} too high")
        return value
    return check


check_port = make_check(1, ValueError, "port", 65535)
check_index = make_check(0, IndexError, "index", 255)
check_page = make_check(1, Lost, "page", 40)


for check in (check_port, check_index, check_page):
    for value in (-1, 5, 70000):
        try:
            print(check(value))
        except (ValueError, LookupError) as error:
            print(type(error).__name__, error)
