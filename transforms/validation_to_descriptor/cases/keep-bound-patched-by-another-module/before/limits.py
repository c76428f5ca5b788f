MAX_WIDTH = 10
MAX_HEIGHT = 20


class Box:
    def __init__(self, width, height):
        self.width = width
        self.height = height

    @property
    def width(self):
        return self._width

    @width.setter
    def width(self, value):
        if value > MAX_WIDTH:
            raise ValueError("width is too large")
        self._width = value

    @property
    def height(self):
        return self._height

    @height.setter
    def height(self, value):
        if value > MAX_HEIGHT:
            raise ValueError("height is too large")
        self._height = value
