from checks import check_positive, seen


class Box:
    def __init__(self, width, height):
        self.width = width
        self.height = height

    @property
    def width(self):
        return self._width

    @width.setter
    def width(self, value):
        check_positive("width", value)
        self._width = value

    @property
    def height(self):
        return self._height

    @height.setter
    def height(self, value):
        check_positive("height", value)
        self._height = value


for size in ((1, 2), (0, 1), (1, 5)):
    try:
        print(vars(Box(*size)))
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
print(seen)
