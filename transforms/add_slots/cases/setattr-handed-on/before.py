import functools


class Point:
    def __init__(self, x):
        self.x = x


def mark(point, setter=setattr):
    setter(point, "seen", True)
    return point


point = mark(Point(1))
functools.partial(setattr, point, "color")("red")
print(point.x, point.seen, point.color)
