class Base:
    def __init__(self, size):
        self.size = size

    def weight(self):
        return self.size


class Crate(Base):
    def __init__(self, size, empty):
        super().__init__(size)
        self.empty = empty

    def weight(self):
        return super().weight() + self.empty


def total(sizes):
    return sum(Crate(size, 2).weight() for size in sizes)


print(total([1, 2, 3]))
