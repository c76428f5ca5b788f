def _make_count():
    count = 0

    def bump():
        nonlocal count
        count += 1
        return count

    def reset():
        nonlocal count
        count = 0
        # The next one is the first again.

    return bump, reset


bump, reset = _make_count()


print(bump(), bump())
reset()
print(bump())
