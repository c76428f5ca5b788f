def auto_repr(*fields):
    def decorate(cls):
        def __repr__(self):
            shown = []
            for field in fields:
                shown.append(f"{field}={getattr(self, field)!r}")
            values = ", ".join(shown)
            return f"{cls.__name__}({values})"

        cls.__repr__ = __repr__
        return cls

    return decorate


@auto_repr("x", "y")
class A:
    def __init__(self, x, y):
        self.x = x
        self.y = y


@auto_repr("z", "w")
class B:
    def __init__(self, z, w):
        self.z = z
        self.w = w


print(A(1, 2), B(3, "4"))
