class Node:
    def __init__(self, size):
        self.size = size


class Inner(Node):
    pass


class Root(Inner):
    pass


print(vars(Root(3)))
