class Base:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"Base(name={self.name!r})"


class Other:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"Other(name={self.name!r})"


print(Base.__repr__.__qualname__, Other("y"))
