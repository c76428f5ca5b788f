def check_name(value):
    if not isinstance(value, str):
        raise TypeError("name must be str")
    return value
    # names only


def check_city(value):
    if not isinstance(value, str):
        raise TypeError("city must be str")
    return value
    # cities only


print(check_name("a"), check_city("b"))
