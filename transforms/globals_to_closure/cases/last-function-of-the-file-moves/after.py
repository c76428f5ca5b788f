def _make_count():
    count = 0

    def bump():
        nonlocal count
        count += 1
        return count

    # Starts again.
    def reset():
        nonlocal count
        count = 0

    return bump, reset


bump, reset = _make_count()


def twice():
    return bump() + bump()


print(twice(), bump())
