class A:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"A(x={self.x!r})"


class B:
    def __init__(self, y):
        self.y = y

    def __repr__(self):
        return f"B(y={self.y!r})"


A.__name__ = "Alpha"
print(A(1), B(2))
