seen = []


def check_positive(name, value):
    seen.append(name)
    if value <= 0:
        raise ValueError(f"{name} must be positive")
