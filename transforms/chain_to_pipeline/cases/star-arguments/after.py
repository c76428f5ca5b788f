def show(values: list[int]):
    cells = (f"{value}" for value in values)
    print(*cells, sep="|")


show([1, 2, 3])
