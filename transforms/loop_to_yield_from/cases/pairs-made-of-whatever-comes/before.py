def pairs(rows):
    for a, b in [[1, 2], "cd", (5, 6)]:
        yield a, b


print(list(pairs(None)))
