import sys


class Link:
    def __init__(self, value, next):
        self.value = value
        self.next = next

    def __repr__(self):
        return "{%s value=%r; next=%r}" % (type(self).__name__, self.value, self.next)


class Named:
    def __repr__(self):
        return "{%s value=%r}" % (type(self).__name__, self.value)


class End(Named):
    value = "end"


chain = End()
for n in range(400):
    chain = Link(n, chain)
sys.setrecursionlimit(1000)
text = repr(chain)
print(len(text), text[:60], text[-440:-380], repr(End()))
