_started = 0


def numbered(items):
    global _started
    _started += 1
    for item in items:
        yield _started, item


def started():
    return _started


pairs = numbered("ab")
print(f"{pairs}".split(" at ")[0], list(pairs), started())
