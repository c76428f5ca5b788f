class Box:
    def __init__(self, name, size=None):
        self.name = name
        self.size = size


def default(cls, name):
    return getattr(cls, name, "nothing")


boxes = [Box(str(n)) for n in range(3)]
print(len(boxes), getattr(Box, "size", "nothing"), hasattr(Box, "name"))
