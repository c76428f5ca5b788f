SHOWN = {}


def shown(cls):
    SHOWN[cls.__name__] = cls.__dict__["__repr__"]
    return cls


@shown
class A:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"A(x={self.x!r})"


@shown
class B:
    def __init__(self, y):
        self.y = y

    def __repr__(self):
        return f"B(y={self.y!r})"


print({k: f.__qualname__ for k, f in SHOWN.items()}, A(1))
