def drop_all(rows: list[int]):
    box = {"rows": rows}

    def drop(row):
        box["rows"].remove(row)

    for row in [r for r in rows if r]:
        drop(row)
    return rows


print(drop_all([1, 2, 3]))
