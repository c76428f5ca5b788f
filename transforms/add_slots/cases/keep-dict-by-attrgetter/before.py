from operator import attrgetter


class Row:
    def __init__(self, number):
        self.number = number


print(list(map(attrgetter("__dict__"), [Row(n) for n in range(3)])))
