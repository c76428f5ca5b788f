def _even(numbers: list[int]):
    out = []  # type: list[int]
    for n in numbers:
        if n % 2 == 0:
            out.append(n)
    return out


print(sum(_even([1, 2, 4])))
