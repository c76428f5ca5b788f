def _rows(text: str):
    rows = []
    for line in text.split(";"):
        rows.append(line.split(","))
    return rows


def _cells(text: str):
    cells = []
    for row in _rows(text):
        cells.extend(row)
    return cells


print(sum(len(cell) for cell in _cells("a,bb;ccc")))
