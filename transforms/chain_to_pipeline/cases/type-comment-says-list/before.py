from typing import List


def names(words):
    lowered = [word.lower() for word in words]  # type: List[str]
    return set(lowered)


print(sorted(names(["A", "b"])))
