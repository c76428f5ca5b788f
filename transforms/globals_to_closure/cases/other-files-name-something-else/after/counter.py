"""Counts what was seen."""


def _make_seen():
    count = 0

    def seen():
        nonlocal count
        count += 1
        return count

    return seen


seen = _make_seen()
