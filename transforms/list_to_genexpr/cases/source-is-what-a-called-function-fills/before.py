seen = [1, 2]


def note(row):
    if len(seen) < 9:
        seen.append(row)


def note_all(rows: list[int]):
    for row in [r for r in rows]:
        note(row)
    return rows


print(note_all(seen))
