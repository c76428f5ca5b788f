def _rows(words: list[str]):
    rows = []
    row = []
    rows.append(row)
    for word in words:
        row += [word]
        if len(row) == 2:
            row = []
            rows.append(row)
    return rows


def show(words: list[str]):
    for row in _rows(words):
        print(row)


show(["a", "b", "c"])
