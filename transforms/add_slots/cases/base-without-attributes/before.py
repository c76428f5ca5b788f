class Shape:
    def area(self):
        raise NotImplementedError

    def describe(self):
        return "%s of %d" % (type(self).__name__, self.area())


class Square(Shape):
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side ** 2


class Rect(Shape):
    def __init__(self, w, h):
        self.w = w
        self.h = h

    def area(self):
        return self.w * self.h


shapes = [Square(n) for n in range(3)] + [Rect(n, 2) for n in range(2)]
print([s.describe() for s in shapes])
