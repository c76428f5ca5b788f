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
class Vector(object):
    def __init__(self, x, y):
        self.x, self.y = x, y


@auto_repr("start", "end")
class Segment(object):
    def __init__(self, start, end):
        self.start, self.end = start, end


@auto_repr("start", "end", "color")
class Ray(Segment):
    def __init__(self, start, end, color=None):
        Segment.__init__(self, start, end)
        self.color = color


print(Vector(1, 2), Segment(Vector(0, 0), Vector(1, 1)), Ray(1, 2))
