class Node:
    def __init__(self, value):
        self.value = value
        self.next = None


def _chain(values: list[int]):
    nodes = []
    last = None
    for value in values:
        node = Node(value)
        if last is not None:
            last.next = node
        nodes.append(node)
        last = node
    return nodes


print([node.next is None for node in _chain([1, 2, 3])])
