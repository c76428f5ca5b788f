class Node:
    def __init__(self, size):
        self.size = size


class Mark:
    __slots__ = ("mark",)


class Inner(Node):
    pass


class Root(Inner, Mark):
    pass


root = Root(3)
root.mark = "top"
print(root.size, root.mark)
