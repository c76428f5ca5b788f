class Weight:
    def __init__(self, grams: int):
        self.grams = grams

    def __radd__(self, other):
        return other + self.grams


def source(n):
    for i in range(n):
        print("takes", i)
        yield i


def total(items: list[Weight]):
    return sum(item for item in [item for item in items for _ in source(2)])


print(total([Weight(5)]))
