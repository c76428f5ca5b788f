def make_check(label):
    def check(value):
        if not isinstance(value, str):
            raise TypeError(f"{label} must be str")
        return value

    return check


# names only
check_name = make_check("name")


# cities only
check_city = make_check("city")


print(check_name("a"), check_city("b"))
