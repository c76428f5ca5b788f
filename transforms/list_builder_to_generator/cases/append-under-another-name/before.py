def _stripped(rows):
    out = []
    add = out.append
    for row in rows:
        add(row.strip())
    return out


for row in _stripped([" a", "b "]):
    print(row)
