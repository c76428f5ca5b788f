class A:
    def __init__(self, x):
        self.x = x

    def __repr__(self):  # pragma: no cover
        return f"A(x={self.x!r})"


class B:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"B(x={self.x!r})"


print(A(1), B("b"))
