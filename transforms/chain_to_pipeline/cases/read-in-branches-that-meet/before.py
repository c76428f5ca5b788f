def tested(values):
    big = [v for v in values if v > 1]
    if sum(big) > 2:
        print(max(big))
    else:
        print(min(big, default=0))


def behind(values, kind):
    big = [v for v in values if v > 1]
    if kind:
        print(sum(big))
    else:
        print(max(big))
    return sorted(big)


def handled(values):
    big = [v for v in values]
    try:
        return sum(big)
    except TypeError:
        return list(big)


def looped(values):
    big = [v for v in values if v > 1]
    for turn in range(2):
        if turn:
            print(sum(big))
        else:
            print(max(big))


def ahead(values, kind):
    big = [v + 1 for v in values]
    if kind:
        even = [b for b in big if b % 2 == 0]
        return sum(even) + len(even)
    return max(big)


tested([1, 2, 3])
print(behind([1, 2, 3], True), handled([1, "a"]))
looped([1, 2, 3])
print(ahead([1, 2, 3], True), ahead([1, 2, 3], False))
