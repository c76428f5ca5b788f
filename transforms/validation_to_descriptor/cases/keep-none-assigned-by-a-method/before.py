class Port:
    def __init__(self, number, name):
        if not isinstance(number, int):
            raise TypeError("number must be int")
        self.number = number
        if not name:
            raise ValueError("a port has a name")
        self.name = name

    def forget(self):
        self.number = None


class Box:
    def __init__(self, width, label):
        if not isinstance(width, int):
            raise TypeError("width must be int")
        self.width = width
        if len(label) > 9:
            raise ValueError("too long")
        self.label = label


port = Port(80, "http")
port.forget()
print(port.number, Box(1, "a").width)
