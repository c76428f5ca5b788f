seen = {"n": 0}


def rank(value):
    seen["n"] += 1
    return -value


def weight(value):
    return value + seen["n"]


def lightest(values: list[int]):
    return max([weight(v) for v in values], key=rank)


print(lightest([3, 1, 2]))
print(lightest([3, 1, 2]))
