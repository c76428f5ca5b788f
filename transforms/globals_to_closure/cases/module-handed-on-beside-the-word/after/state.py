def _make_bump():
    _count = 0

    def bump():
        nonlocal _count
        _count += 1
        return _count

    return bump


bump = _make_bump()
