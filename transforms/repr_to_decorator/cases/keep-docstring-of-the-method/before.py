class A:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        """A, as it is written."""
        return f"A(x={self.x!r})"


class B:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        """B, as it is written."""
        return f"B(x={self.x!r})"


print(A(1), B("b"), A.__repr__.__doc__, B.__repr__.__doc__)
