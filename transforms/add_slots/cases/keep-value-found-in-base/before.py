class Shape:
    __slots__ = ()
    size = 1


class Box(Shape):
    def __init__(self, name, size=None):
        self.name = name
        if size:
            self.size = size


print([(b.name, b.size) for b in (Box("a"), Box("b", 2))])
