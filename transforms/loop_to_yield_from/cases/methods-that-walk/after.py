class Tree:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def __iter__(self):
        yield from self._walk(self)

    def _walk(self, node):
        if node is None:
            return
        yield from self._walk(node.left)
        yield node.value
        yield from self._walk(node.right)

    def ranked(self):
        yield from self.numbered()

    def numbered(self):
        for value in self:
            yield len(str(value)), value


tree = Tree(2, Tree(1), Tree(30))
print(list(tree), list(tree.ranked()))
