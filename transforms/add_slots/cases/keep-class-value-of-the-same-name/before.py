class Node:
    parent = None

    def __init__(self, name, parent=None):
        self.name = name
        if parent is not None:
            self.parent = parent


root = Node("root")
print([(n.name, n.parent and n.parent.name) for n in (root, Node("leaf", root))], Node.parent)
