class Box:
    def __init__(self, width, height):
        if not isinstance(width, int):
            raise TypeError("width must be an int")
        if width < 0:
            raise ValueError("width must not be negative")

        if not isinstance(height, int):
            raise TypeError("height must be an int")
        if height < 0:
            raise ValueError("height must not be negative")

        self.width = width
        self.height = height

    def area(self):
        return self.width * self.height


class Named:
    def __init__(self, size, name):
        """A named size."""
        if not isinstance(size, int):
            raise TypeError("size must be an int")
        if size < 0:
            raise ValueError("size must not be negative")

        self.size = size
        self.name = name


print(Box(2, 3).area(), Named(4, "x").size)
for make in (lambda: Box("2", 3), lambda: Box(2, -3), lambda: Named(-1, "x"), lambda: Named(None, "x")):
    try:
        make()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
