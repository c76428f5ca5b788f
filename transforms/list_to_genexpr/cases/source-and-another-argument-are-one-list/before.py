def add(target, row):
    if len(target) < 9:
        target.append(row)


def copy_all(rows: list[int], target: list[int]):
    for row in [r for r in rows]:
        add(target, row)
    return rows


numbers = [1, 2]
print(copy_all(numbers, numbers))
