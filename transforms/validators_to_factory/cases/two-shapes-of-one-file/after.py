def make_check(minimum, description):
    def check(value):
        if value < minimum:
            raise ValueError(f"too {description}")
        return value

    return check


check_age = make_check(18, "young")
check_size = make_check(100, "small")


def make_check_2(max_length, label):
    def check(value):
        if len(value) > max_length:
            raise TypeError(f"{label} is too long")
        return value

    return check


check_name = make_check_2(20, "name")
check_city = make_check_2(30, "city")


print(check_age(20), check_size(170), check_name("ann"), check_city("Rome"))
