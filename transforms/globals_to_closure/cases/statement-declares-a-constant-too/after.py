_STEP = 2


def _make_next_id():
    _count = 0

    def next_id():
        global _STEP
        nonlocal _count
        _count += _STEP
        return _count

    return next_id


next_id = _make_next_id()


print(next_id(), next_id(), _STEP)
