import sys

_count = 0


def next_id():
    global _count
    _count += 1
    return _count


next_id()
print(sys._getframe().f_globals["_count"])
