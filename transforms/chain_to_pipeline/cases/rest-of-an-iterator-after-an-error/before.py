TABLE = {"a": 1, "b": 2}


def values(words):
    lowered = [word.lower() for word in words]
    found = [TABLE[word] for word in lowered]
    return found


words = iter(["A", "x", "B"])
try:
    print(values(words))
except KeyError:
    print("left", list(words))
