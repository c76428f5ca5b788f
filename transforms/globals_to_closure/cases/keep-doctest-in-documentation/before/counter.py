"""Counts what was seen."""

_count = 0


def seen():
    global _count
    _count += 1
    return _count
