class Loud:
    def __init__(self, n: int):
        self.n = n

    def __radd__(self, other):
        print("add", self.n)
        return self.n + other


def source(n):
    for i in range(n):
        print("gives", i)
        yield i


def total(items: list[Loud]):
    return sum(item for item in [item for item in items for _ in source(2)])


print(total([Loud(3), Loud(5)]))
