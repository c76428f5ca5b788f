def pick(xs, raw):
    if raw:
        chosen = xs
    else:
        chosen = [x * 2 for x in xs]
    return tuple(chosen), len(xs)


def again(xs):
    cells = []
    total = 0
    for x in xs:
        if x > 1:
            cells = [x + i for i in range(3)]
        total += sum(cells)
    return total


print(pick([1, 2], True), pick([1, 2], False), again([1, 2, 1, 0]))
