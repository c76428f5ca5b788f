def drop_all(rows: list[int]):
    box = {"rows": rows}
    for row in [r for r in rows if r]:
        box["rows"].remove(row)
    return rows


print(drop_all([1, 2, 3]))
