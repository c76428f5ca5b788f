def batches(rows: list[int]):
    batch = []
    out = [batch]
    for row in rows:
        if len(batch) == 2:
            batch = []
            out.append(batch)
        batch.append(row)
    return out


def guarded(rows: list[int]):
    out = [0]
    if not rows:
        return []
    for row in rows:
        out.append(row)
    return out


for batch in batches([1, 2, 3]):
    print(batch)
print(sum(guarded([])), sum(guarded([4])))
