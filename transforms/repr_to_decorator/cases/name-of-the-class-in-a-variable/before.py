class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __repr__(self):
        name = type(self).__name__
        return f"{name}(x={self.x!r}, y={self.y!r})"


class Circle:
    def __init__(self, r):
        self.r = r

    def __repr__(self):
        cls = self.__class__.__name__
        return "%s(r=%r)" % (cls, self.r)


class Unit(Circle):
    pass


class Line:
    def __init__(self, a):
        self.a = a

    def __repr__(self):
        a = self.a
        return f"Line(a={a!r})"


print(Point(1, "2"), Circle(3), Unit(1), Line(4))
