import os


class Line:
    def __init__(self, start, end):
        self.start = start
        self.end = end

    def __repr__(self):
        return f"Line(start={self.start!r}, end={self.end!r})"


class Segment:
    def __init__(self, first, last):
        self.first = first
        self.last = last

    def __repr__(self):
        return f"Segment(first={self.first!r}, last={self.last!r})"


ROOT = os.sep
