def pairs(xs):
    source = iter(xs)
    low = [x for x in source if x < 9]
    return [(x, x + 1 in source) for x in low]


print(pairs([1, 2, 3]))
