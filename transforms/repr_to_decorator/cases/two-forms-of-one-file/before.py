class Circle:
    def __init__(self, r):
        self.r = r

    def __repr__(self):
        return f"Circle(r={self.r!r})"


class Square:
    def __init__(self, side):
        self.side = side

    def __repr__(self):
        return f"Square(side={self.side!r})"


class Tag:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return "<Tag name=%s>" % (self.name,)


class Text:
    def __init__(self, data):
        self.data = data

    def __repr__(self):
        return "<Text data=%s>" % (self.data,)


print(Circle("1"), Square(2), Tag("a"), Text("b"))
