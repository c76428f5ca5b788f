def first_big(values: list[int]):
    flags = [(last := value) > 1 for value in values]
    found = any(flags)
    return found, last


print(first_big([1, 2, 3]))
