KNOWN = []


def remember(func):
    """Notes that the first argument is the owner."""
    if func.__name__ not in KNOWN:
        KNOWN.append(func.__name__)
    func.remembered = True
    return func
