class Tree:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def __iter__(self):
        for value in self._walk(self):
            yield value

    def _walk(self, node):
        if node is None:
            return
        for value in self._walk(node.left):
            yield value
        yield node.value
        for value in self._walk(node.right):
            yield value

    def ranked(self):
        for rank, value in self.numbered():
            yield rank, value

    def numbered(self):
        for value in self:
            yield len(str(value)), value


tree = Tree(2, Tree(1), Tree(30))
print(list(tree), list(tree.ranked()))
