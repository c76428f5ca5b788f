from collections import defaultdict


def grow(texts):
    groups = defaultdict(list)
    source = groups["all"]
    source.extend(texts)
    lengths = [len(t) for t in source]
    for n in lengths:
        groups["all"].append("x" * n)
        if len(source) > 9:
            break
    return source


print(grow(["a", "bb"]))
