sizes = [n * 2 for n in range(3)]


def again():
    return sum(sizes)


print(sum(sizes), again())
words = [w.upper() for w in "a b".split()]
print("-".join(words), len(globals()["words"]))
