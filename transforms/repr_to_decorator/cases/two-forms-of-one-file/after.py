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


@auto_repr("r")
class Circle:
    def __init__(self, r):
        self.r = r


@auto_repr("side")
class Square:
    def __init__(self, side):
        self.side = side


def auto_repr_2(*fields):
    def decorate(cls):
        def __repr__(self):
            shown = []
            for field in fields:
                shown.append(f"{field}={getattr(self, field)!s}")
            values = ", ".join(shown)
            return f"<{cls.__name__} {values}>"

        cls.__repr__ = __repr__
        return cls

    return decorate


@auto_repr_2("name")
class Tag:
    def __init__(self, name):
        self.name = name


@auto_repr_2("data")
class Text:
    def __init__(self, data):
        self.data = data


print(Circle("1"), Square(2), Tag("a"), Text("b"))
