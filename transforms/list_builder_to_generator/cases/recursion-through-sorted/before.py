import sys


def _leaves(tree):
    leaves = []
    for branch in tree:
        if isinstance(branch, list):
            leaves.extend(sorted(_leaves(branch)))
        else:
            leaves.append(branch)
    return leaves


def total(tree):
    return sum(_leaves(tree))


# Calls of Python functions by Python functions take no room on the stack of the interpreter itself.
sys.setrecursionlimit(100_000)
tree = [1]
for _ in range(30_000):
    tree = [tree]
print(total(tree))
