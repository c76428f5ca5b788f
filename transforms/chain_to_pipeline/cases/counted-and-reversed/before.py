def count(xs):
    doubled = [x * 2 for x in xs]
    return len(doubled)


def backwards(xs):
    doubled = [x * 2 for x in xs]
    return list(reversed(doubled))


print(count([1, 2]), backwards([1, 2]))
