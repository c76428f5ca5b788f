from weakref import WeakValueDictionary


class Node:
    def __init__(self, key):
        self.key = key
        self.uses = 0

    def use(self):
        self.uses += 1


class Nodes:
    _all = WeakValueDictionary()

    @classmethod
    def get(cls, key):
        node = cls._all.get(key)
        if node is not None:
            node.use()
        else:
            node = Node(key)
            cls._all[key] = node
        return node


held = [Nodes.get(key) for key in "aba"]
print([node.uses for node in held], held[0] is held[2])
