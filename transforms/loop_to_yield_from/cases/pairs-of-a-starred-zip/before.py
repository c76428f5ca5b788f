def pairs(columns, names):
    for a, b in zip(*columns, names):
        yield a, b


print(list(pairs([[1, 2]], "ab")))
try:
    print(list(pairs([[1, 2], [3, 4]], "ab")))
except ValueError:
    print("more than two columns")
