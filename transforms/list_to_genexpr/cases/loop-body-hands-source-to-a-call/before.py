def drop_last(values):
    values.pop()
    return len(values)


def totals(values: list[int]):
    out = []
    for value in [v * 2 for v in values]:
        drop_last(values)
        out.append(value)
    return out


print(totals([3, 1, 2, 5]))
