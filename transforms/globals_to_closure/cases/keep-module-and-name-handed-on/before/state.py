_count = 0
_limit = 5


def bump():
    global _count
    _count += 1
