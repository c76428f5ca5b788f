def named(name):
    def deco(cls):
        cls.__name__ = name
        return cls

    return deco


@named("Alpha")
class A:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"A(x={self.x!r})"


@named("Beta")
class B:
    def __init__(self, y):
        self.y = y

    def __repr__(self):
        return f"B(y={self.y!r})"


print(A(1), B(2))
