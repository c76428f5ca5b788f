import functools
import itertools
import operator
import pprint
import queue
import random
import re

seen = []
table = {}
stacks = [[1], [2]]
numbers = [3, 2, 1, 0]
words = ["a", "ba"]
jobs = queue.Queue()
jobs.put(1)
jobs.put(2)
dice = random.Random(1)


def mark(match):
    seen.append(match.group())
    return "x"


def add(a, b):
    seen.append(b)
    return a + b


print(any([pprint.pprint(n) or True for n in numbers]))
print(any([operator.setitem(table, n, 1) or True for n in numbers]), table)
print(any([list.pop(s) for s in stacks]), stacks)
print(any([n for n in iter(numbers.pop, 3)]), numbers)
print(any([re.sub("a", mark, w) for w in words]), seen)
print(any([re.compile("a").sub(mark, w) for w in words]), seen)
print(any([functools.reduce(add, pair) for pair in [[1, 2], [3, 4]]]), seen)
print(any([list(itertools.accumulate(pair, add)) for pair in [[1, 2], [3, 4]]]), seen)
print(any([jobs.get() for _ in range(2)]), jobs.qsize())
print(any([dice.random() < 2 for _ in range(3)]), dice.random())
