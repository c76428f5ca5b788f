class Box:
    def __init__(self, width, height):
        self.set_width(width)
        self.set_height(height)

    def get_width(self):
        return self._width

    def set_width(self, value):
        if not isinstance(value, int):
            raise TypeError("width must be int")
        self._width = value

    width = property(get_width, set_width)

    def get_height(self):
        return self._height

    def set_height(self, value):
        if not isinstance(value, int):
            raise TypeError("height must be int")
        self._height = value

    height = property(fget=get_height, fset=set_height)


box = Box(1, 2)
box.set_width(3)
box.height = 5
print(box.width, box.get_height())
try:
    box.width = "x"
except TypeError as error:
    print(error)
