_count = 0


def bump():
    global _count
    _count += 1
    return _count
