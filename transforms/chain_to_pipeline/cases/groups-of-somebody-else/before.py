from collections import defaultdict


def grow(shared: list):
    groups = defaultdict(lambda: shared)
    numbers = [n + 1 for n in shared]
    for n in numbers:
        groups[n].append(n)
        if len(shared) > 9:
            break
    return shared


print(grow([1, 2]))
