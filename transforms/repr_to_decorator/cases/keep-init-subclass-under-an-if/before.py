import sys


class Strict:
    if sys.version_info >= (3, 6):
        def __init_subclass__(cls, **kw):
            super().__init_subclass__(**kw)
            if "__repr__" not in cls.__dict__:
                raise TypeError(f"{cls.__name__} needs a __repr__")


class Row(Strict):
    def __init__(self, key):
        self.key = key

    def __repr__(self):
        return f"Row(key={self.key!r})"


class Cell(Strict):
    def __init__(self, col):
        self.col = col

    def __repr__(self):
        return f"Cell(col={self.col!r})"


print(Row(1), Cell(2))
