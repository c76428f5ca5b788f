def check_age(v):
    if v > 150:
        raise ValueError("age too big")
    return v


def check_height(v):
    if v > 300:
        raise ValueError("height too big")
    return v
