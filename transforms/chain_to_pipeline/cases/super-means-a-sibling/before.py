class Base:
    def __init__(self, n):
        self.n = n


class Plain(Base):
    def __init__(self, n):
        super().__init__(n)


class Loud(Base):
    def __init__(self, n):
        print("made", n)
        super().__init__(n)


class Both(Plain, Loud):
    pass


def check(n):
    print("check", n)
    return n > 1


def make(ns):
    big = [n for n in ns if check(n)]
    return [Both(n).n for n in big]


print(make([1, 2, 3]))
