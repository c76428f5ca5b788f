_seen = 0


def forget():
    global _seen
    _seen = 0


def total(values):
    return sum(values)


print(total([1, 2]))


def sum(values):
    global _seen
    _seen += 1
    return _seen


print(total([1, 2]), sum([]))
forget()
print(sum([]))
