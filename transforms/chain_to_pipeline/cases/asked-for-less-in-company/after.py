def check(values: list[int]):
    results = (print("check", value) or value for value in values)
    return any([result is not None for result in results])


print(check([1, 2, 3]))
