import itertools


def walk(tree: dict, depth: int = 0):
    for key, value in tree.items():
        yield depth, key
        if isinstance(value, dict):
            for level, name in walk(value, depth + 1):
                yield level, name


def cells(rows: list[int], columns: list[str]):
    for row, column in itertools.product(rows, columns):
        yield row, column
    for first, second in itertools.permutations(rows, 2):
        yield first, second
    for row, column in zip(rows, columns, strict=True):
        yield row, column


print(list(walk({"a": {"b": 1}, "c": 2})), list(cells([1, 2], ["x", "y"])))
