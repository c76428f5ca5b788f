def check_age(value):
    if value < 18:
        raise ValueError("too young")
    return value


def check_size(value):
    if value < 100:
        raise ValueError("too small")
    return value


def check_name(value):
    if len(value) > 20:
        raise TypeError("name is too long")
    return value


def check_city(value):
    if len(value) > 30:
        raise TypeError("city is too long")
    return value


print(check_age(20), check_size(170), check_name("ann"), check_city("Rome"))
