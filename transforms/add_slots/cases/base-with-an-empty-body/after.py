class Event(object):
    __slots__ = ()


class Click(Event):
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Key(Event):
    __slots__ = ("code",)

    def __init__(self, code):
        self.code = code


events = [Click(n, n) for n in range(3)] + [Key(n) for n in range(2)]
print([type(e).__name__ for e in events])
