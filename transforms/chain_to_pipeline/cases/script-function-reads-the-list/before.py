_sizes = [n * 2 for n in range(3)]


def again():
    return sum(_sizes)


print(sum(_sizes), again())
_words = [w.upper() for w in "a b".split()]
print("-".join(_words), len(globals()["_words"]))
