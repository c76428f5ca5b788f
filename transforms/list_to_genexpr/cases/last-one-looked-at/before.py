def nearest(limit: int, values: list[int]):
    last = None
    found = limit in [last := v for v in values]
    return found, last


print(nearest(3, [1, 3, 5]))
print(nearest(4, [1, 3, 5]))
