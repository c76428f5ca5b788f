def _rows(count):
    rows = []
    for i in range(count):
        rows.append(i * i)
    return rows


def total(count):
    return sum(_rows(count))
