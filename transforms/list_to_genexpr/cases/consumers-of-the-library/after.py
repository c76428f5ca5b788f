import functools
import heapq
import itertools
import operator
import statistics
from heapq import nsmallest


def summary(words: list[str], data: bytes):
    longest = heapq.nlargest(2, (len(w) for w in words))
    first = nsmallest(1, (w.upper() for w in words), key=len)
    product = functools.reduce(operator.mul, (len(w) for w in words), 1)
    masked = bytes(b ^ 255 for b in data)
    runs = list(itertools.takewhile(bool, (len(w) for w in words)))
    groups = [(k, len(list(g))) for k, g in itertools.groupby(len(w) for w in words)]
    spread = statistics.pstdev(len(w) for w in words)
    return longest, first, product, masked, runs, groups, spread


print(summary(["a", "ccc", "bb", "dd"], b"\x00\x0f"))
