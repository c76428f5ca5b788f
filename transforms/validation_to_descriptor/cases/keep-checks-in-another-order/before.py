class Span:
    def __init__(self, start, end):
        if not isinstance(end, int):
            raise TypeError("end must be int")
        if not isinstance(start, int):
            raise ValueError("start must be int")
        self.start = start
        self.end = end


class Slot:
    def __init__(self, row, col):
        if not isinstance(col, int):
            raise TypeError("col must be int")
        if not isinstance(row, int):
            raise TypeError("row must be int")
        self.row = row
        self.col = col


try:
    Slot("a", "b")
except TypeError as exc:
    print(exc)
