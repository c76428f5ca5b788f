def total(values: list[int]):
    squares = [value * value for value in values]
    result = sum(squares)
    del squares
    return result


print(total([1, 2, 3]))
