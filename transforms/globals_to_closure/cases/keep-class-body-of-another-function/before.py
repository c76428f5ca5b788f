_width = 4


def widen(by):
    global _width
    _width += by


def row():
    class Row:
        _width = _width

    return Row._width


widen(2)
print(row())
widen(1)
print(row())
