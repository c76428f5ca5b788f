class Box:
    def __init__(self, width, height):
        self.width = width
        self.height = height

    def get_width(self):
        return self._width

    def set_width(self, value):
        if value <= 0:
            raise ValueError("width must be positive")
        self._width = value

    width = property(get_width, set_width)

    def get_height(self):
        return self._height

    def set_height(self, value):
        if value <= 0:
            raise ValueError("height must be positive")
        self._height = value

    height = property(get_height, set_height)


def show(box, *names):
    return [getattr(box, f"get_{name}")() for name in names]


print(show(Box(2, 3), "width", "height"))
