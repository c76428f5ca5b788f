"""Figures of a shop, as 2to3 has left them."""
import functools
import operator


def total(prices: str):
    return sum(list(map(int, prices.split(","))))


def product(numbers: list[int]):
    return functools.reduce(operator.mul, list(filter(None, numbers)), 1)


def labels(names: list[str], counts: list[int]):
    out = {}
    for name, count in list(zip(names, counts)):
        out[name] = count
    return out


def first_and_last(line: str):
    first, last = list(map(str.strip, line.split("-")))
    return first, last


def joined(numbers: list[int]):
    return ", ".join(list(map(str, numbers)))


def positions(words: list[str]):
    return dict(list(
        enumerate(words)
    ))


def widest(rows: list[str], columns: list[str]):
    return max(list(map(len,
                        rows)),
               default=0), sorted(list(map(len, columns)))


print(total("1,2,3"), product([1, 0, 3, 4]), labels(["a", "b"], [1, 2]), first_and_last("x - y"))
print(joined([1, 2]), positions(["p", "q"]), widest(["aa", "b"], ["c"]))
