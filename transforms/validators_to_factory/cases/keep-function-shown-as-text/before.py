def check_a(value):
    if value > 10:
        raise ValueError("over 10")
    return value


def check_b(value):
    if value > 20:
        raise ValueError("over 20")
    return value


CHECKS = [check_a, check_b]
for check in CHECKS:
    try:
        check(15)
    except ValueError as e:
        print(f"{check} failed: {e}".split(" at ")[0])
