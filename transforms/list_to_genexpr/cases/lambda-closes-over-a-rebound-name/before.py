def shifted(values: list[int]):
    k = 1
    out = []
    for value in [(lambda v: v + k)(v) for v in values]:
        out.append(value)
        k += 10
    return out


print(shifted([1, 2, 3]))
