def auto_repr(*fields):
    def decorate(cls):
        def __repr__(self):
            shown = []
            for field in fields:
                shown.append(f"{field}={getattr(self, field)!r}")
            values = ", ".join(shown)
            return f"{type(self).__name__}({values})"

        cls.__repr__ = __repr__
        return cls

    return decorate


@auto_repr("x", "y")
class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


@auto_repr("r")
class Circle:
    def __init__(self, r):
        self.r = r


class Unit(Circle):
    pass


class Line:
    def __init__(self, a):
        self.a = a

    def __repr__(self):
        a = self.a
        return f"Line(a={a!r})"


print(Point(1, "2"), Circle(3), Unit(1), Line(4))
