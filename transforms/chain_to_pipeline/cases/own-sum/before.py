def sum(values):
    return len(values)


def count(xs):
    doubled = [x * 2 for x in xs]
    return sum(doubled)


print(count([1, 2]))
