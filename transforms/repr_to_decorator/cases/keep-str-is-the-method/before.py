class A:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"A(x={self.x!r})"

    __str__ = __repr__


class B:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"B(x={self.x!r})"

    __str__ = __repr__


print(A(1), B("b"))
