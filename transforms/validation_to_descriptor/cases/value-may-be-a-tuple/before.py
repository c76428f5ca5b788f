class Grid:
    def __init__(self, strict):
        self.strict = strict

    @property
    def width(self):
        return self._width

    @width.setter
    def width(self, value):
        if self.strict:
            if value < 0:
                raise ValueError("width: %s" % value)
        if not value:
            raise ValueError("no width: %s" % value)
        self._width = value

    @property
    def height(self):
        return self._height

    @height.setter
    def height(self, value):
        if self.strict:
            if value < 0:
                raise ValueError("height: %s" % value)
        if not value:
            raise ValueError("no height: %s" % value)
        self._height = value


g = Grid(False)
g.width = 3
for v in (0, (), -1, (1, 2)):
    for strict in (False, True):
        g.strict = strict
        try:
            g.height = v
            print(g.height)
        except (ValueError, TypeError) as e:
            print(type(e).__name__, e)
