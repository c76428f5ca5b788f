class Base:
    def describe(self):
        return ", ".join(sorted(vars(self)))


class Point(Base):
    def __init__(self, x, y):
        self.x = x
        self.y = y


print([Point(n, n).describe() for n in range(2)])
