class Port:
    __slots__ = ("number", "name")

    def __init__(self, number, name):
        if not isinstance(number, int):
            raise TypeError("number must be int")
        self.number = number
        if not name:
            raise ValueError("a port has a name")
        self.name = name


class Box:
    def __init__(self, width, label):
        if not isinstance(width, int):
            raise TypeError("width must be int")
        self.width = width
        if len(label) > 9:
            raise ValueError("too long")
        self.label = label


print(Port(80, "http").number, Box(1, "a").width)
