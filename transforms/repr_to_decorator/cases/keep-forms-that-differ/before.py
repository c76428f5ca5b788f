class A:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"{type(self).__name__}(x={self.x!r})"


class B:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"B(x={self.x!r})"


class C:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"C(x={self.x})"


class D(A, B):
    pass


print(A("1"), B("b"), C("c"), D("d"))
