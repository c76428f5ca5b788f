from itertools import islice


def split(xs):
    it = iter(xs)
    head = [x * 10 for x in islice(it, 2)]
    rest = list(it)
    return sum(head), rest


print(split([1, 2, 3, 4]))
