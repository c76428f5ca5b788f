class Loud:
    def __init__(self, n: int):
        self.n = n

    def __hash__(self):
        print("hash", self.n)
        return self.n

    def __eq__(self, other):
        return self.n == other.n


def source(n):
    for i in range(n):
        print("gives", i)
        yield i


def distinct(items: list[Loud]):
    return {*[item for item in items for _ in source(2)]}


print(len(distinct([Loud(3), Loud(5)])))
