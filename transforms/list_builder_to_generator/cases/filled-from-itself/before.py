def _doubled(numbers):
    out = []
    for n in numbers:
        out.append(n * 2)
    return out


def grow(numbers: list[int]):
    if len(numbers) < 100:
        numbers.extend(_doubled(numbers))
    return len(numbers)


print(grow([1, 2]))
