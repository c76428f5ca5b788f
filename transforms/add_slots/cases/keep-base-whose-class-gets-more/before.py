class Event(object):
    pass


class Click(Event):
    def __init__(self, x, y):
        self.x = x
        self.y = y


events = [Click(n, n) for n in range(3)]
for e in events:
    e.handled = True
print(sum(e.x for e in events if e.handled))
