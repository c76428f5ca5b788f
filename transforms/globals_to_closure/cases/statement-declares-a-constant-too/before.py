_STEP = 2
_count = 0


def next_id():
    global _count, _STEP
    _count += _STEP
    return _count


print(next_id(), next_id(), _STEP)
