STEP = 1
_total = 0


def add(n):
    global _total
    _total += n
    return _total


STEP = STEP * 10


def undo(n=STEP):
    global _total
    _total -= n
    return _total


print(add(25), undo(), undo(3), STEP)
