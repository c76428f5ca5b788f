class NonEmptyNonNegative:
    def __set_name__(self, owner, name):
        self.name = name
        self.storage = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.storage)

    def __set__(self, instance, value):
        if instance.strict:
            if value < 0:
                raise ValueError("%s: %s" % (self.name, value))
        if not value:
            raise ValueError(f"no {self.name}: %s" % value)
        setattr(instance, self.storage, value)


class Grid:
    width = NonEmptyNonNegative()
    height = NonEmptyNonNegative()

    def __init__(self, strict):
        self.strict = strict


g = Grid(False)
g.width = 3
for v in (0, (), -1, (1, 2)):
    for strict in (False, True):
        g.strict = strict
        try:
            g.height = v
            print(g.height)
        except (ValueError, TypeError) as e:
            print(type(e).__name__, e)
