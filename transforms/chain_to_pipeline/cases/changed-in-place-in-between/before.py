def repeated(xs: list[int]):
    kept = [x for x in xs]
    xs *= 0
    return sum(kept)


def full(rows: list):
    empty = [not row for row in rows]
    rows[0].append(1)
    return sum(empty)


print(repeated([1, 2]), full([[], [2]]))
