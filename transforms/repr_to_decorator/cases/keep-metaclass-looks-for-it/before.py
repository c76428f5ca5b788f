class Meta(type):
    def __new__(mcls, name, bases, ns):
        ns["has_repr"] = "__repr__" in ns
        return super().__new__(mcls, name, bases, ns)


class A(metaclass=Meta):
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"A(x={self.x!r})"


class B(metaclass=Meta):
    def __init__(self, y):
        self.y = y

    def __repr__(self):
        return f"B(y={self.y!r})"


print(A(1), A.has_repr, B(2), B.has_repr)
