def weakref(node):
    return f"weakref to {node.name}"


class WeakValueDictionary:
    """Not the one of the standard library."""


_nodes = {}


class Node:
    def __init__(self, name):
        self.name = name


def node(name):
    found = _nodes.get(name)
    if found is None:
        found = _nodes[name] = Node(name)
    return found


held = [node(n) for n in "aba"]
print(weakref(held[0]), held[0] is held[2], WeakValueDictionary.__doc__)
