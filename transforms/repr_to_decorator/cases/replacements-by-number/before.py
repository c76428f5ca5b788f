class Vector(object):
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return "{0}(x={1!r}, y={2!r})".format(self.__class__.__name__, self.x, self.y)


class Segment(object):
    def __init__(self, start, end):
        self.start, self.end = start, end

    def __repr__(self):
        return "{0}(start={1!r}, end={2!r})".format(self.__class__.__name__, self.start, self.end)


class Ray(Segment):
    def __init__(self, start, end, color=None):
        Segment.__init__(self, start, end)
        self.color = color

    def __repr__(self):
        return "{0}(start={1!r}, end={2!r}, color={3!r})".format(self.__class__.__name__, self.start, self.end, self.color)


print(Vector(1, 2), Segment(Vector(0, 0), Vector(1, 1)), Ray(1, 2))
