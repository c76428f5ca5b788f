import dataclasses


@dataclasses.dataclass(init=False)
class Size:
    width: int
    height: int

    def __init__(self, width, height):
        self.width = width
        self.height = height

    @property
    def width(self):
        return self._width

    @width.setter
    def width(self, value):
        if not isinstance(value, int):
            raise TypeError("width must be int")
        self._width = value

    @property
    def height(self):
        return self._height

    @height.setter
    def height(self, value):
        if not isinstance(value, int):
            raise TypeError("height must be int")
        self._height = value


print([(f.name, type(f.default).__name__) for f in dataclasses.fields(Size)])
print(Size(1, 2))
