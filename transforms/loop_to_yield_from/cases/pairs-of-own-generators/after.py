import itertools


def walk(tree: dict, depth: int = 0):
    for key, value in tree.items():
        yield depth, key
        if isinstance(value, dict):
            yield from walk(value, depth + 1)


def cells(rows: list[int], columns: list[str]):
    yield from itertools.product(rows, columns)
    yield from itertools.permutations(rows, 2)
    yield from zip(rows, columns, strict=True)


print(list(walk({"a": {"b": 1}, "c": 2})), list(cells([1, 2], ["x", "y"])))
