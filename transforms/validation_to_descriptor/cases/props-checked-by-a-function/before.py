def _require_positive(name, value):
    if value <= 0:
        raise ValueError(f"{name} must be positive")


class Rect:
    def __init__(self, width, height):
        self.width = width
        self.height = height

    @property
    def width(self):
        return self._width

    @width.setter
    def width(self, value):
        _require_positive("width", value)
        self._width = value

    @property
    def height(self):
        return self._height

    @height.setter
    def height(self, value):
        _require_positive("height", value)
        self._height = value

    @property
    def area(self):
        return self.width * self.height


r = Rect(2, 3)
print(r.area)
try:
    r.width = 0
except ValueError as e:
    print(e)
