import atexit

def _make_count():
    count = 0

    def bump():
        nonlocal count
        count += 1
        print(count)

    def reset():
        nonlocal count
        count = 0
        # The next one is the first again.

    return bump, reset


bump, reset = _make_count()


atexit.register(lambda: bump())
bump()
