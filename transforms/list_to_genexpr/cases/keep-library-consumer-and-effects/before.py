import functools
import itertools

counted = []


class heapq:
    @staticmethod
    def nlargest(n, items):
        return items[-n:]


def count(x):
    counted.append(x)
    return x


def add(a, b):
    print(a, "+", b, "of", len(counted))
    return a + b


def total(xs):
    return functools.reduce(add, [count(x) for x in xs])


def positive(xs):
    return list(itertools.takewhile(lambda x: x > 0, [count(x) for x in xs]))


print(total([1, 2, 3]), counted)
print(positive([1, -2, 3]), counted)
print(heapq.nlargest(1, [x * 2 for x in counted]))


def largest(n, xs):
    from heapq import nlargest

    return nlargest(n, [count(x) for x in xs])


print(largest(0, [7, 8]), counted)
