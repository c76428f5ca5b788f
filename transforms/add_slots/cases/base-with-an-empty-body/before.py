class Event(object):
    pass


class Click(Event):
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Key(Event):
    def __init__(self, code):
        self.code = code


events = [Click(n, n) for n in range(3)] + [Key(n) for n in range(2)]
print([type(e).__name__ for e in events])
